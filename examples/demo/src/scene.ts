import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ClientOptions, type ClientOptionsInput } from '@client-options/core'
import {
  createAuthority,
  encryptKey,
  type LoopbackServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'

import type { Expectation } from './report.ts'

/** One way of giving options, and what the server must see of it. */
export interface Example {
  readonly name: string
  options(server: LoopbackServer): ClientOptionsInput
  expected(server: LoopbackServer): Expectation
}

/** Everything on loopback that the demo needs. */
export interface Scene extends AsyncDisposable {
  readonly servers: { readonly gRPC: LoopbackServer; readonly REST: LoopbackServer }
  readonly examples: readonly Example[]
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-vision'
const PASSPHRASE = 'only for the demo'

/** Makes an authority, certificates and a service account, and starts two servers that demand a client certificate. */
export async function setTheScene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const authority = await createAuthority()
  trustAuthority(authority)
  const gRPC = stack.use(await startVisionGrpcServer({ authority }))
  const REST = stack.use(await startVisionHttpsServer({ authority }))

  const alice = await authority.issue({ commonName: 'alice' })
  const bob = await authority.issue({ commonName: 'bob' })
  const certPath = join(folder.path, 'bob.pem')
  const keyPath = join(folder.path, 'bob-key.pem')
  await writeFile(certPath, bob.cert)
  await writeFile(keyPath, encryptKey(bob.key, PASSPHRASE))
  const account = await writeServiceAccount(folder.path)
  const apiKey = `AIza${crypto.randomUUID()}`

  const mapping: Example = {
    name: 'mapping',
    options: server => ({
      api_endpoint: server.address,
      client_cert_source: () => [alice.cert, alice.key],
      api_key: apiKey,
      quota_project_id: 'quota-of-alice',
    }),
    expected: server => ({
      host: server.address,
      certificate: 'alice',
      apiKey,
      quotaProject: 'quota-of-alice',
      scope: undefined,
      audience: undefined,
    }),
  }
  const instance: Example = {
    name: 'ClientOptions',
    options: server =>
      new ClientOptions({
        apiEndpoint: server.url,
        clientEncryptedCertSource: async () => ({ certPath, keyPath, passphrase: PASSPHRASE }),
        credentialsFile: account.path,
        quotaProjectId: 'quota-of-bob',
        scopes: [SCOPE],
        apiAudience: 'vision.example',
      }),
    expected: server => ({
      host: server.address,
      certificate: 'bob',
      apiKey: undefined,
      quotaProject: 'quota-of-bob',
      scope: SCOPE,
      audience: 'vision.example',
    }),
  }
  const resources = stack.move()
  return {
    servers: { gRPC, REST },
    examples: [mapping, instance],
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
