import {
  type CertificateAuthority,
  type IssuedCertificate,
  type LoopbackServer,
  type SeenRequest,
  type ServiceAccountKey,
  writeServiceAccount,
} from '@client-options/loopback'

import type { ClientUnderTest, Handle } from '../../packages/core/test/clients/client-under-test.ts'

/** A client that its library's users make, in the same process as ours. */
export interface PlainClient {
  readonly client: string
  /** In what its requests differ from those before this package was loaded; empty when they are the same. */
  readonly differences: readonly string[]
  /** `in effect` when ours presented its certificate all the while, or what went wrong. */
  readonly ours: string
}

/**
 * Sends requests by a plain client of each library, loads this package, and sends more by one of ours, by the same plain
 * client and by a new one, in turns.
 */
export async function lookAtPlainClients(
  clients: readonly ClientUnderTest[],
  authority: CertificateAuthority,
  folder: string,
  loadEntries: () => Promise<void>,
): Promise<readonly PlainClient[]> {
  const { key } = await writeServiceAccount(folder)
  const certificate = await authority.issue({ commonName: 'ours' })
  const scenes: Scene[] = []
  for (const client of clients) scenes.push(await setScene(client, await client.start(authority), key))
  await loadEntries()
  const seen: PlainClient[] = []
  for (const scene of scenes) seen.push(await play(scene, key, certificate))
  for (const { server } of scenes) await server.close()
  return seen
}

interface Scene {
  readonly client: ClientUnderTest
  readonly server: LoopbackServer
  readonly plain: Handle | undefined
  /** The requests of the plain client before this package was loaded. */
  readonly before: string
}

async function setScene(client: ClientUnderTest, server: LoopbackServer, key: ServiceAccountKey): Promise<Scene> {
  try {
    const plain = client.createPlain(server, key)
    return { client, server, plain, before: await requestsOf(server, plain) }
  } catch (error) {
    return { client, server, plain: undefined, before: String(error) }
  }
}

async function play(
  { client, server, plain, before }: Scene,
  key: ServiceAccountKey,
  certificate: IssuedCertificate,
): Promise<PlainClient> {
  const { name } = client
  if (plain === undefined) return { client: name, differences: [`It fails by itself: ${before}`], ours: 'not tried' }
  const after: string[] = []
  const ours = await withOurs(client, server, certificate, async () => {
    for (const each of [plain, client.createPlain(server, key)]) {
      after.push(await requestsOf(server, each).catch(String))
      await each.close()
    }
  })
  const differences = after.filter(requests => requests !== before).map(requests => `${before} became ${requests}`)
  return { client: name, differences, ours }
}

/** Creates one of ours and sends a request by it, before and after the rest is done; tells what its server saw. */
async function withOurs(
  client: ClientUnderTest,
  server: LoopbackServer,
  certificate: IssuedCertificate,
  rest: () => Promise<void>,
): Promise<string> {
  const apiKey = client.refuses?.['apiKey'] === undefined ? { apiKey: 'key-of-ours' } : {}
  let handle: Handle
  try {
    handle = client.create(server, { clientCertSource: () => certificate, ...apiKey })
  } catch (error) {
    await rest()
    return String(error)
  }
  const outcomes = [await presented(handle, server)]
  await rest()
  outcomes.push(await presented(handle, server))
  await handle.close()
  return outcomes.find(outcome => outcome !== 'in effect') ?? 'in effect'
}

async function presented(handle: Handle, server: LoopbackServer): Promise<string> {
  server.requests.length = 0
  const error = await handle.request().then(() => undefined, String)
  if (error !== undefined) return error
  const certificates = server.requests.map(({ clientCertificate = 'none' }) => clientCertificate)
  return certificates.every(name => name === 'ours') ? 'in effect' : `its certificates were ${certificates.join()}`
}

async function requestsOf(server: LoopbackServer, plain: Handle): Promise<string> {
  server.requests.length = 0
  await plain.request()
  return server.requests.map(describeRequest).join(' | ')
}

/** Headers that differ from one request to the next; grpc-gcp sends the last one with the first request alone. */
const countedHeaders = new Set(['grpc-timeout', 'x-goog-spanner-request-id', 'x-return-encrypted-headers'])

/** What a request says of the client, without what differs from one to the next. */
function describeRequest({ method, path, clientCertificate = 'none', headers }: SeenRequest): string {
  const shown = Object.entries(headers)
    .filter(([name]) => !countedHeaders.has(name))
    .map(([name, value]) => `${name}: ${name === 'authorization' ? value.replace(/ .*/, ' ...') : value}`)
  const text = `${method} ${path}, certificate ${clientCertificate}, ${shown.toSorted().join(', ')}`
  return text.replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'UUID')
}
