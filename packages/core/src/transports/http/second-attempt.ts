import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { type DecisionLimit, isReplaced } from '../replaced-certificate.ts'
import { isReplayable } from './redirect.ts'

/** A request that presents the client certificate. */
export interface PresentingRequest<Response> {
  readonly identity: ClientIdentity | undefined
  readonly body: unknown
  readonly limit: DecisionLimit
  readonly send: () => Promise<Response>
  /** Drops the body of a response that the caller does not get. */
  readonly discard: (response: Response) => unknown
}

/**
 * Sends a request, and once more when the server responds 401 to a certificate that has been replaced since, unless the
 * body is a stream.
 */
export async function sendPresenting<Response extends { readonly status: number }>({
  identity,
  body,
  limit,
  send,
  discard,
}: PresentingRequest<Response>): Promise<Response> {
  const presented = identity?.current
  const response = await send()
  if (response.status !== 401 || identity === undefined || presented === undefined) return response
  if (!isReplayable(body) || !(await isReplaced(identity, presented, limit))) return response
  await discard(response)
  return send()
}
