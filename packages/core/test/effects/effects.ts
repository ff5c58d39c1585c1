import { equal, ok } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import {
  type CertificateAuthority,
  encryptKey,
  findSecret,
  type LoopbackServer,
  type SeenRequest,
  type ServiceAccountFile,
  startProxy,
  startTokenServer,
  verifyToken,
  writeServiceAccount,
} from '@client-options/loopback'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'

import type { ClientOptionsInput, OptionName } from '../../src/index.ts'

/** What an option is shown with, and what shows it. */
export interface Effect {
  /** The options of the row, one set for each way of authenticating that it is shown with. */
  readonly options: (server: LoopbackServer) => readonly ClientOptionsInput[]
  /** The environment variables that are set meanwhile. */
  readonly environment?: (server: LoopbackServer) => Readonly<Record<string, string>>
  /** Throws unless the option is in effect, judged by what the server saw. */
  readonly check: (seen: SeenRequest, given: ClientOptionsInput, server: LoopbackServer) => void | Promise<void>
  /** For the table: what the server saw. */
  readonly effect: string
}

/** A row for every option; without one, this does not compile. */
export interface Effects extends Readonly<Record<OptionName, Effect>> {}

/** What the rows of the matrix share: credentials, a certificate, and the spans of the tracer. */
export interface Evidence {
  readonly effects: Effects
  /** Credentials of one universe with the domain of another; a client is refused them when it is created. */
  readonly foreignCredentials: readonly ClientOptionsInput[]
  /** Forgets the spans and the tokens so far. */
  readonly reset: () => void
  /** Closes the servers that hand out tokens. */
  readonly close: () => Promise<unknown>
}

export const API_KEY = 'AIzaCanary-0123456789-abcdefghij'
/** From Node 26 on, gRPC to an IP address is refused: see server-name.test.ts. */
const takesAddresses = Number.parseInt(process.versions.node, 10) < 26
const AUDIENCE = 'https://exact.example/x'
const SERVICE_SCOPES = 'https://www.googleapis.com/auth/'
const TARGET = 'target@project.iam.gserviceaccount.com'
const DELEGATE = 'delegate@project.iam.gserviceaccount.com'
const REASON = 'Case 4711: "restore"'
const PRODUCTS = 'my-app/1.2 (a test) other'

/** Makes the rows, with a service account and a certificate in that folder. */
export async function createEvidence(authority: CertificateAuthority, folder: string): Promise<Evidence> {
  const account = await writeServiceAccount(folder)
  const elsewhere = await sameKey(account, folder, 'example.test')
  const clientOne = await authority.issue({ commonName: 'client-one' })
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certPath, clientOne.cert)
  writeFileSync(keyPath, encryptKey(clientOne.key, 'pass phrase', 'traditional'))
  // IAM, which is reached through a proxy that leads here.
  const tokens = await startTokenServer({ authority, names: ['*.googleapis.com'] })
  const proxy = await startProxy({ port: tokens.port })
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })

  /** The same option with an API key, and with a service account. */
  function withEach(options: ClientOptionsInput): readonly ClientOptionsInput[] {
    return [
      { apiKey: API_KEY, ...options },
      { credentialsFile: account.path, ...options },
    ]
  }

  const effects: Effects = {
    apiEndpoint: {
      options: ({ port, url }) =>
        [`localhost:${port}`, ...(takesAddresses ? [`127.0.0.1:${port}`] : []), url].map(apiEndpoint => ({
          apiKey: API_KEY,
          apiEndpoint,
        })),
      check: ({ host }, { apiEndpoint }) => ok(apiEndpoint?.includes(host), `${host} is not ${apiEndpoint}`),
      effect: 'the host, port and, over HTTP, path that the client connects to; a path over gRPC is an error',
    },
    clientCertSource: {
      options: () => withEach({ clientCertSource: async () => [clientOne.cert, clientOne.key] }),
      check: seen => equal(seen.clientCertificate, 'client-one'),
      effect: 'the TLS client certificate; loaded at the first request',
    },
    clientEncryptedCertSource: {
      options: () => withEach({ clientEncryptedCertSource: () => [certPath, keyPath, 'pass phrase'] }),
      check: seen => equal(seen.clientCertificate, 'client-one'),
      effect: 'the same, from files, with PKCS#8 and traditional encrypted keys',
    },
    quotaProjectId: {
      options: () => withEach({ quotaProjectId: 'quota-project' }),
      check: seen => equal(seen.quotaProject, 'quota-project'),
      effect: '`x-goog-user-project`, also with an API key and with a service account',
    },
    credentialsFile: {
      options: () => [{ credentialsFile: account.path }],
      async check(seen) {
        await verifyToken(seen, account)
        ok(seen.token?.scope?.includes(SERVICE_SCOPES), `the scope is ${seen.token?.scope}`)
        equal(seen.apiKey, undefined)
      },
      effect: 'a token: of a service account, a user, an external account, ...; the file is checked at creation',
    },
    scopes: {
      options: () => [{ credentialsFile: account.path, scopes: ['scope:1', 'scope:2'] }],
      async check(seen) {
        await verifyToken(seen, account)
        equal(seen.token?.scope, 'scope:1 scope:2')
      },
      effect: "the token's `scope`",
    },
    apiKey: {
      options: () => [{ apiKey: API_KEY }],
      check(seen) {
        equal(seen.headers['x-goog-api-key'], API_KEY)
        ok(!seen.query?.includes(API_KEY), 'the key is in the query')
        equal(seen.authorization, undefined)
      },
      effect: '`x-goog-api-key`',
    },
    apiAudience: {
      options: () => [{ credentialsFile: account.path, apiAudience: AUDIENCE }],
      async check(seen) {
        await verifyToken(seen, account)
        equal(seen.token?.audience, AUDIENCE)
      },
      effect: "the token's `aud`, exactly",
    },
    universeDomain: {
      options: () => [{ credentialsFile: elsewhere.path, universeDomain: 'Example.Test' }],
      check: seen => verifyToken(seen, elsewhere),
      effect: 'the host of the service; credentials of another universe are refused before the first request',
    },
    tracerProvider: {
      options: () => withEach({ tracerProvider }),
      async check(_seen, _given, { host, port, requests }) {
        // The span of a stream ends when the server has ended it, after the client has all that it waits for.
        for (let turn = 0; turn < 100 && spans.getFinishedSpans().length < requests.length; turn++) await setTimeout(10)
        const finished = spans.getFinishedSpans()
        equal(finished.length, requests.length, 'there is not one span for each request')
        for (const { kind, attributes } of finished) {
          equal(kind, 2)
          equal(attributes['server.address'], host)
          equal(attributes['server.port'], port)
          const status = attributes['rpc.grpc.status_code'] ?? attributes['http.response.status_code']
          // A caller ends some streams by cancelling them, which is status 1.
          ok(status === 0 || status === 1 || status === 200, `the status is ${String(status)}`)
        }
        for (const secret of [API_KEY, account.key.private_key]) equal(findSecret(secret, finished).join(), '')
      },
      effect: 'a client span of each request, without a secret',
    },
    credentials: {
      options: () => [
        { credentials: account.key },
        { credentials: JSON.stringify(account.key) },
        { credentials: () => account.key },
        { credentials: async () => JSON.stringify(account.key) },
      ],
      async check(seen) {
        await verifyToken(seen, account)
        ok(seen.token?.scope?.includes(SERVICE_SCOPES), `the scope is ${seen.token?.scope}`)
        equal(seen.apiKey, undefined)
      },
      effect:
        'as `credentialsFile`, from content: an object, JSON text or a function, which is called at the first request',
    },
    impersonate: {
      options: () => [
        {
          credentialsFile: account.path,
          impersonate: { targetPrincipal: TARGET, delegates: [DELEGATE], lifetimeSeconds: 1800 },
        },
      ],
      environment: ({ host }) => ({ HTTPS_PROXY: proxy.url, NO_PROXY: host }),
      async check(seen) {
        const [asked] = tokens.tokenRequests
        if (asked === undefined) throw new Error('IAM was not asked for a token')
        equal(tokens.tokenRequests.length, 1, 'the number of requests to IAM')
        equal(asked.request.host, 'iamcredentials.googleapis.com')
        equal(asked.request.path, `/v1/projects/-/serviceAccounts/${TARGET}:generateAccessToken`)
        await verifyToken(asked.request, account)
        const { delegates, lifetime, scope } = asked.parameters
        equal(String(delegates), `projects/-/serviceAccounts/${DELEGATE}`)
        equal(lifetime, '1800s')
        ok(String(scope).includes(SERVICE_SCOPES), `the scope is ${String(scope)}`)
        equal(seen.authorization, `Bearer ${asked.token}`)
      },
      effect:
        "a token of that service account, which IAM issues for the credentials' own; with the scopes of the request",
    },
    anonymous: {
      options: () => [{ anonymous: true }],
      environment: () => ({ GOOGLE_APPLICATION_CREDENTIALS: account.path }),
      check(seen) {
        equal(seen.authorization, undefined)
        equal(seen.apiKey, undefined)
      },
      effect: 'neither a token nor a key, whatever the environment has; a certificate only where the options have one',
    },
    requestReason: {
      options: () => withEach({ requestReason: REASON }),
      check: seen => equal(seen.headers['x-goog-request-reason'], REASON),
      effect: '`x-goog-request-reason`, beside an API key and with a service account',
    },
    userAgent: {
      options: () => withEach({ userAgent: PRODUCTS }),
      check({ headers, transport }) {
        const userAgent = headers['user-agent'] ?? ''
        ok(userAgent === PRODUCTS || userAgent.startsWith(`${PRODUCTS} `), `the user agent is ${userAgent}`)
        if (transport === 'gRPC') ok(userAgent.includes('grpc-node-js/'), `the user agent is ${userAgent}`)
        ok(!headers['x-goog-api-client']?.includes('my-app'), 'x-goog-api-client was changed')
      },
      effect: "`user-agent`, in front of the client's own; requests for tokens have google-auth-library's",
    },
  }
  const foreignCredentials = [
    { credentialsFile: elsewhere.path },
    { credentialsFile: account.path, universeDomain: 'x.test' },
  ]
  return {
    effects,
    foreignCredentials,
    reset() {
      spans.reset()
      tokens.tokenRequests.length = 0
    },
    close: () => Promise.all([tokens.close(), proxy.close()]),
  }
}

function sameKey(account: ServiceAccountFile, folder: string, universe: string): Promise<ServiceAccountFile> {
  return writeServiceAccount(folder, { private_key: account.key.private_key, universe_domain: universe })
}

export function optionNames({ effects }: Evidence): readonly OptionName[] {
  return Object.keys(effects) as OptionName[]
}
