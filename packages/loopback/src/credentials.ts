import { createPublicKey } from 'node:crypto'

import { type RecordedRequest, verifyToken as verify } from '@client-options/testing'
import { serviceAccount, type ServiceAccountKey, writeCredentials } from '@client-options/testing/credentials'

export {
  type TemporaryDirectory as TemporaryFolder,
  temporaryDirectory as temporaryFolder,
} from '@client-options/testing'
export type { ServiceAccountKey } from '@client-options/testing/credentials'

/** A service account's key file, what stands in it, and the public key that verifies its signatures (PEM). */
export interface ServiceAccountFile {
  readonly path: string
  readonly key: ServiceAccountKey
  readonly publicKey: string
}

/** Makes a service account and writes its key file, readable by its owner only. */
export async function writeServiceAccount(
  folder: string,
  changes: Partial<ServiceAccountKey> = {},
): Promise<ServiceAccountFile> {
  const key = await serviceAccount(changes)
  const publicKey = createPublicKey(key.private_key).export({ type: 'spki', format: 'pem' }).toString()
  return { path: await writeCredentials(folder, key), key, publicKey }
}

/** Throws unless the request carries a bearer token that this account issued and signed, and that is still valid. */
export async function verifyToken(request: RecordedRequest, { key }: ServiceAccountFile): Promise<void> {
  verify(request, key)
}
