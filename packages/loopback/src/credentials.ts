import { createPublicKey, generateKeyPair, randomUUID } from 'node:crypto'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { importSPKI, jwtVerify } from 'jose'

import { bearerToken, type SeenRequest } from './seen.ts'

/** The members of a service account's key file that clients read. */
export interface ServiceAccountKey {
  type: 'service_account'
  project_id: string
  private_key_id: string
  private_key: string
  client_email: string
  token_uri: string
  universe_domain?: string
  quota_project_id?: string
}

/** A service account's key file, what stands in it, and the public key that verifies its signatures (PEM). */
export interface ServiceAccountFile {
  readonly path: string
  readonly key: ServiceAccountKey
  readonly publicKey: string
}

/** A folder that is removed with all that is in it when it is disposed of. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

/** Makes a service account and writes its key file, readable by its owner only. */
export async function writeServiceAccount(
  folder: string,
  changes: Partial<ServiceAccountKey> = {},
): Promise<ServiceAccountFile> {
  const id = randomUUID()
  const key: ServiceAccountKey = {
    type: 'service_account',
    project_id: 'loopback-project',
    private_key_id: id,
    private_key: changes.private_key ?? (await generatePrivateKey()),
    client_email: `loopback-${id.slice(0, 8)}@loopback-project.iam.gserviceaccount.com`,
    token_uri: 'https://oauth2.googleapis.com/token',
    ...changes,
  }
  const path = join(folder, `service-account-${id}.json`)
  await writeFile(path, `${JSON.stringify(key, null, 2)}\n`, { mode: 0o600 })
  return { path, key, publicKey: createPublicKey(key.private_key).export({ type: 'spki', format: 'pem' }).toString() }
}

/** Makes a folder under the system's folder for temporary files. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  // The real path, since a client may report that one where the system's folder is a link (macOS).
  const path = await mkdtemp(join(await realpath(tmpdir()), 'client-options-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Throws unless the request carries a bearer token that this account issued and signed, and that is still valid. */
export async function verifyToken(request: SeenRequest, account: ServiceAccountFile): Promise<void> {
  const token = request.authorization === undefined ? undefined : bearerToken(request.authorization)
  if (token === undefined) throw new Error(`${request.method} ${request.path} carries no bearer token`)
  await jwtVerify(token, await importSPKI(account.publicKey, 'RS256'), {
    algorithms: ['RS256'],
    issuer: account.key.client_email,
    requiredClaims: ['exp'],
  })
}

async function generatePrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
