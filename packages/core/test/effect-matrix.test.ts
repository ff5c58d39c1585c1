import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import {
  createAuthority,
  encryptKey,
  findSecret,
  type LoopbackServer,
  type SeenRequest,
  type ServiceAccountFile,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeServiceAccount,
} from '@client-options/loopback'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { type ClientOptionsInput, type OptionName } from '../src/index.ts'
import { fieldList } from '../src/options/fields.ts'
import { clients } from './clients/all.ts'

/** What a row needs, and what arrived. */
interface Effect {
  /** The options of the row, one set for each way of authenticating that it is shown with. */
  readonly options: () => readonly ClientOptionsInput[]
  /** Whether the option is in effect, judged by what the server saw. */
  readonly check: (seen: SeenRequest, given: ClientOptionsInput) => void | Promise<void>
  /** For the table: what the server saw. */
  readonly effect: string
}

const API_KEY = 'AIzaCanary-0123456789-abcdefghij'
const AUDIENCE = 'https://exact.example/x'
const SERVICE_SCOPES = 'https://www.googleapis.com/auth/'

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const account = await writeServiceAccount(folder.path)
const elsewhere = await sameKey({ universe_domain: 'example.test' })
const clientOne = await authority.issue({ commonName: 'client-one' })
const certPath = join(folder.path, 'cert.pem')
const keyPath = join(folder.path, 'key.pem')
writeFileSync(certPath, clientOne.cert)
writeFileSync(keyPath, encryptKey(clientOne.key, 'pass phrase', 'traditional'))
const spans = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })

let server: LoopbackServer

/** A row for every option; without one, this does not compile. */
const effects: Record<OptionName, Effect> = {
  apiEndpoint: {
    options: () =>
      [`localhost:${server.port}`, `127.0.0.1:${server.port}`, server.url].map(apiEndpoint => ({
        apiKey: API_KEY,
        apiEndpoint,
      })),
    check: (seen, { apiEndpoint }) => expect(apiEndpoint).toContain(seen.host),
    effect: 'host and port',
  },
  clientCertSource: {
    options: () => withEach({ clientCertSource: async () => [clientOne.cert, clientOne.key] }),
    check: seen => expect(seen.clientCertificate).toBe('client-one'),
    effect: 'client certificate',
  },
  clientEncryptedCertSource: {
    options: () => withEach({ clientEncryptedCertSource: () => [certPath, keyPath, 'pass phrase'] }),
    check: seen => expect(seen.clientCertificate).toBe('client-one'),
    effect: 'client certificate',
  },
  quotaProjectId: {
    options: () => withEach({ quotaProjectId: 'quota-project' }),
    check: seen => expect(seen.quotaProject).toBe('quota-project'),
    effect: '`x-goog-user-project`',
  },
  credentialsFile: {
    options: () => [{ credentialsFile: account.path }],
    async check(seen) {
      await verifyToken(seen, account)
      expect(seen.token?.scope).toContain(SERVICE_SCOPES)
      expect(seen.apiKey).toBeUndefined()
    },
    effect: 'a token that the account signed',
  },
  scopes: {
    options: () => [{ credentialsFile: account.path, scopes: ['scope:1', 'scope:2'] }],
    async check(seen) {
      await verifyToken(seen, account)
      expect(seen.token?.scope).toBe('scope:1 scope:2')
    },
    effect: "token's `scope`",
  },
  apiKey: {
    options: () => [{ apiKey: API_KEY }],
    check(seen) {
      expect(seen.headers['x-goog-api-key']).toBe(API_KEY)
      expect(seen.query ?? '').not.toContain(API_KEY)
      expect(seen.authorization).toBeUndefined()
    },
    effect: '`x-goog-api-key`',
  },
  apiAudience: {
    options: () => [{ credentialsFile: account.path, apiAudience: AUDIENCE }],
    async check(seen) {
      await verifyToken(seen, account)
      expect(seen.token?.audience).toBe(AUDIENCE)
    },
    effect: "token's `aud`",
  },
  universeDomain: {
    options: () => [{ credentialsFile: elsewhere.path, universeDomain: 'Example.Test' }],
    check: seen => verifyToken(seen, elsewhere),
    effect: 'the credentials of that universe, and no others',
  },
  tracerProvider: {
    options: () => withEach({ tracerProvider }),
    check() {
      const finished = spans.getFinishedSpans()
      expect(finished).toHaveLength(server.requests.length)
      for (const { kind, attributes } of finished) {
        expect(kind).toBe(2)
        expect(attributes).toMatchObject({ 'server.address': 'localhost', 'server.port': server.port })
        expect([0, 200]).toContain(attributes['rpc.grpc.status_code'] ?? attributes['http.response.status_code'])
      }
      for (const secret of [API_KEY, account.key.private_key]) expect(findSecret(secret, finished)).toEqual([])
    },
    effect: 'a client span',
  },
}

test('every option has a row, and every row is an option', () => {
  expect(Object.keys(effects)).toEqual(fieldList.map(({ name }) => name))
})

describe.each(clients)('$name', client => {
  beforeAll(async () => {
    server = await client.start(authority)
    return () => server.close()
  })

  test.each(fieldList.map(({ name }) => name))('%s', async name => {
    const { options, check } = effects[name]
    for (const given of options()) {
      server.requests.length = 0
      spans.reset()
      const refusal = client.refuses?.[name]
      if (refusal !== undefined) {
        expect(() => client.create(server, given)).toThrow(expect.objectContaining({ code: refusal }))
        continue
      }
      const handle = client.create(server, client.refuses === undefined ? given : only(name, given))
      onTestFinished(async () => void (await handle.close()))
      await handle.request()
      expect(server.requests).toHaveLength(client.requestsPerCall ?? 1)
      for (const seen of server.requests) await check(seen, given)
    }
  })

  test('credentials of another universe are refused at creation', () => {
    if (client.refuses?.['credentialsFile'] !== undefined) return
    for (const given of [
      { credentialsFile: elsewhere.path },
      { credentialsFile: account.path, universeDomain: 'x.test' },
    ]) {
      expect(() => client.create(server, given)).toThrow(expect.objectContaining({ code: 'universe_mismatch' }))
    }
  })
})

const document = fileURLToPath(new URL('../../../docs/effects.md', import.meta.url))

test('docs/effects.md is this matrix (else run with UPDATE_DOCS=1)', () => {
  const text = describeMatrix()
  if (process.env['UPDATE_DOCS']) writeFileSync(document, text)
  expect(readFileSync(document, 'utf8')).toBe(text)
})

function describeMatrix(): string {
  const names = clients.map(({ name }) => name)
  const rows = fieldList.map(({ name }) => [
    `\`${name}\``,
    ...clients.map(({ refuses }) =>
      refuses?.[name] === undefined ? effects[name].effect : `error \`${refuses[name]}\``,
    ),
  ])
  const table = [['Option', ...names], ['-', ...names.map(() => '-')], ...rows].map(cells => `| ${cells.join(' | ')} |`)
  return `# What each option does in each client

Written by \`packages/core/test/effect-matrix.test.ts\`, which shows each cell on a loopback server: what is named here is
what the server saw, with an API key and with a service account where both apply. An error is what creating the client
gives; its message names the option.

${table.join('\n')}
`
}

/** The same option beside an API key, and beside a service account. */
function withEach(options: ClientOptionsInput): readonly ClientOptionsInput[] {
  return [
    { apiKey: API_KEY, ...options },
    { credentialsFile: account.path, ...options },
  ]
}

/** Of a row's options the one that it is about, for a client that refuses the others. */
function only(name: OptionName, given: ClientOptionsInput): ClientOptionsInput {
  return { [name]: given[name] }
}

function sameKey(changes: Partial<ServiceAccountFile['key']>): Promise<ServiceAccountFile> {
  return writeServiceAccount(folder.path, { private_key: account.key.private_key, ...changes })
}
