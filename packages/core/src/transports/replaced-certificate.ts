import type { CertificatePair } from '../certificates/certificate-pair.ts'
import type { ClientIdentity } from '../certificates/client-identity.ts'
import { raceWithSignal, within } from './abort.ts'

/** How long a request can wait for it. */
export interface DecisionLimit {
  readonly timeout: number | undefined
  readonly signal: AbortSignal | null | undefined
}

/**
 * Whether the certificate that a server did not accept has been replaced since, so that the request is worth a second
 * attempt. Google's Python and Java libraries ask the same after a 401. Where the new one cannot be loaded, or not in time,
 * the server's response stands.
 */
export async function isReplaced(
  identity: ClientIdentity,
  presented: CertificatePair,
  { timeout, signal }: DecisionLimit,
): Promise<boolean> {
  try {
    return await within(timeout, raceWithSignal(identity.hasReplaced(presented), signal))
  } catch {
    return false
  }
}
