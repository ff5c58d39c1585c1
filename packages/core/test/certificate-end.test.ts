import {
  createAuthority,
  imageAnnotatorService,
  type IssuedCertificate,
  type LoopbackServer,
  startGrpcServer,
  trustAuthority,
} from '@client-options/loopback'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'

import { ClientIdentity } from '../src/certificates/client-identity.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { withCertificate } from '../src/transports/grpc/transport.ts'
import { clients, libraries } from './clients/all.ts'
import { type ClientUnderTest, REQUEST_LIMIT } from './clients/client-under-test.ts'
import { plainGrpc } from './clients/plain-clients.ts'

const authority = await createAuthority()
trustAuthority(authority)
const after = await authority.issue({ commonName: 'after' })

/** Credentials on a channel that this package does not make, and without its interceptors. */
const channelCredentials: ClientUnderTest = {
  ...plainGrpc(libraries),
  name: 'grpc-js, channel credentials only',
  create({ address }, options) {
    const { makeClientConstructor } = libraries['@grpc/grpc-js']
    const credentials = libraries['@client-options/core/grpc'].createChannelCredentials(options)
    const client = new (makeClientConstructor(imageAnnotatorService(), 'ImageAnnotator'))(address, credentials)
    return {
      rotatable: credentials,
      request: (limit = REQUEST_LIMIT) =>
        new Promise((resolve, reject) => {
          const call = { deadline: Date.now() + limit }
          client['batchAnnotateImages']?.({ requests: [{}] }, call, (error: Error | null) => {
            if (error === null) resolve()
            else reject(error)
          })
        }),
      close: () => client.close(),
    }
  },
}

describe.each([...clients, channelCredentials])('$name: a certificate that ends on a kept connection', client => {
  let server: LoopbackServer

  beforeAll(async () => {
    server = await client.start(authority)
    return () => server.close()
  })

  /** A client that has sent a request with a certificate which has ended since. */
  async function clientAfterTheEnd(source: (ending: IssuedCertificate) => unknown) {
    const ending = await authority.issue({ commonName: 'ending', notAfter: new Date(Date.now() + 60_000) })
    let hasEnded = false
    const key = client.refuses?.['apiKey'] === undefined ? { apiKey: 'K' } : {}
    const clientCertSource = () => (hasEnded ? source(ending) : ending)
    const handle = client.create(server, { ...key, clientCertSource } as ClientOptionsInput)
    onTestFinished(async () => void (await handle.close()))
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const send = async () => {
      server.requests.length = 0
      await handle.request()
      return new Set(server.requests.map(({ clientCertificate }) => clientCertificate))
    }
    expect(await send()).toEqual(new Set(['ending']))
    vi.setSystemTime(Date.now() + 61_000)
    hasEnded = true
    return { handle, send }
  }

  test('is not presented again: the very next request presents the new one', async () => {
    const { send } = await clientAfterTheEnd(() => after)
    expect(await send()).toEqual(new Set(['after']))
    expect(await send()).toEqual(new Set(['after']))
  })

  test('is not presented by any of several concurrent requests', async () => {
    const { handle } = await clientAfterTheEnd(() => after)
    server.requests.length = 0
    await Promise.all(Array.from({ length: 5 }, () => handle.request()))
    expect(new Set(server.requests.map(({ clientCertificate }) => clientCertificate))).toEqual(new Set(['after']))
  })

  test.each<[problem: string, source: (ending: IssuedCertificate) => unknown, message: string]>([
    ['the source fails', () => Promise.reject(new Error('the vault is sealed')), 'the vault is sealed'],
    ['the source returns it again', ending => ending, 'it expired on'],
  ])('fails every request while %s, and none after that', async (_problem, source, message) => {
    let fails = true
    const { handle, send } = await clientAfterTheEnd(ending => (fails ? source(ending) : after))
    server.requests.length = 0
    for (let round = 0; round < 3; round++) {
      await expect(handle.request()).rejects.toThrow(message)
    }
    expect(server.requests).toEqual([])
    fails = false
    expect(await send()).toEqual(new Set(['after']))
  })
})

describe('a gRPC call', () => {
  const client = plainGrpc(libraries)

  test('that waits for its headers while the certificate ends goes out with the next one', async () => {
    const ending = await authority.issue({ commonName: 'ending', notAfter: new Date(Date.now() + 60_000) })
    const source = vi.fn(() => after).mockReturnValueOnce(ending)
    const identity = new ClientIdentity({ encrypted: false, source })
    await identity.load()
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const prepared = withCertificate(identity, async () => {
      vi.setSystemTime(Date.now() + 61_000)
      return new Map([['authorization', 'Bearer token']])
    })
    expect([...(await prepared)]).toEqual([['authorization', 'Bearer token']])
    expect(identity.current?.certificate).toBe(after.cert)
  })

  test('that is under way when the certificate ends finishes on its connection', async () => {
    const ending = await authority.issue({ commonName: 'ending', notAfter: new Date(Date.now() + 60_000) })
    const arrived = deferred<void>()
    const released = deferred<void>()
    let calls = 0
    await using server = await startGrpcServer({
      authority,
      methods: {
        '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages': async () => {
          calls += 1
          if (calls > 1) return Buffer.alloc(0)
          arrived.resolve()
          await released.promise
          return Buffer.alloc(0)
        },
      },
    })
    const source = vi.fn(() => after).mockReturnValueOnce(ending)
    const handle = client.create(server, { apiKey: 'K', clientCertSource: source })
    const slow = handle.request(120_000)
    await arrived.promise
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    vi.setSystemTime(Date.now() + 61_000)
    await handle.request()
    released.resolve()
    await slow
    expect(server.requests.map(({ clientCertificate }) => clientCertificate)).toEqual(['ending', 'after'])
    await handle.close()
  })

  test('fails when its client is closed while its certificate is loaded', async () => {
    await using server = await client.start(authority)
    const asked = deferred<void>()
    const answer = deferred<IssuedCertificate>()
    const clientCertSource = () => {
      asked.resolve()
      return answer.promise
    }
    const handle = client.create(server, { apiKey: 'K', clientCertSource })
    const outcome = expect(handle.request()).rejects.toThrow(/UNAVAILABLE.*shut down/)
    await asked.promise
    await handle.close()
    answer.resolve(after)
    await outcome
    expect(server.requests).toEqual([])
  })
})

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}
