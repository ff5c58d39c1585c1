import { createAuthority, type LoopbackServer, trustAuthority } from '@client-options/loopback'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'

import type { ClientOptionsInput } from '../src/index.ts'
import { clients } from './clients/all.ts'
import type { ClientUnderTest } from './clients/client-under-test.ts'

const authority = await createAuthority()
trustAuthority(authority)
const one = await authority.issue({ commonName: 'one' })
const two = await authority.issue({ commonName: 'two' })

describe.each(clients)('$name', client => {
  let server: LoopbackServer

  beforeAll(async () => {
    server = await client.start(authority)
    return () => server.close()
  })

  function create(options: ClientOptionsInput) {
    const handle = client.create(server, options)
    onTestFinished(async () => void (await handle.close()))
    return handle
  }

  test(
    '1,000 interleaved requests of two clients, and of one without, each show their own identity',
    { timeout: 60_000 },
    async () => {
      const handles = [
        create({ clientCertSource: async () => one, ...keyed(client, 'key-one') }),
        create({ clientCertSource: async () => two, ...keyed(client, 'key-two') }),
        create({ ...keyed(client, 'key-none') }),
      ]
      for (let round = 0; round < 20; round++) {
        await Promise.all(
          Array.from(
            { length: 50 },
            (_, index) =>
              handles[(index + round) % 3]?.request() ?? Promise.reject(new Error('There is no such client')),
          ),
        )
      }
      const seen = server.requests.map(({ clientCertificate = '-', apiKey = '-' }) => `${clientCertificate} ${apiKey}`)
      expect(seen).toHaveLength(1000 * (client.requestsPerCall ?? 1))
      const expected = isKeyed(client) ? ['one key-one', 'two key-two', '- key-none'] : ['one -', 'two -', '- -']
      expect(new Set(seen)).toEqual(new Set(expected))
    },
  )

  test('a source that fails, fails the call at once with its own error; the next call works', async () => {
    const cause = new Error('the vault is sealed')
    const source = vi
      .fn(() => one)
      .mockImplementationOnce(() => {
        throw cause
      })
    const handle = create({ clientCertSource: source, ...keyed(client, 'key-one') })
    const before = Date.now()
    const error = await handle.request().then(
      () => expect.unreachable('The request succeeded without a certificate'),
      (reason: unknown) => reason,
    )
    expect(Date.now() - before).toBeLessThan(1000)
    expect(String(error)).toContain('the vault is sealed')
    expect(causes(error)).toContain(cause)
    await handle.request()
    expect(server.requests.at(-1)?.clientCertificate).toBe('one')
  })

  test('creation loads nothing and asks no server', async () => {
    server.requests.length = 0
    const source = vi.fn(() => one)
    create({ clientCertSource: source, ...keyed(client, 'key-one') })
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(source).not.toHaveBeenCalled()
    expect(server.requests).toEqual([])
  })
})

function isKeyed({ refuses }: ClientUnderTest): boolean {
  return refuses?.['apiKey'] === undefined
}

function keyed(client: ClientUnderTest, apiKey: string): ClientOptionsInput {
  return isKeyed(client) ? { apiKey } : {}
}

function causes(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : []
}
