import { pollute, recordFigure } from '@client-options/loopback'
import { Storage } from '@google-cloud/storage'
import * as grpc from '@grpc/grpc-js'
import * as googleAuthLibrary from 'google-auth-library'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'

import { cloudSqlConnectorOptions } from '../../src/cloud-sql-connector.ts'
import { externalAccount } from '../../src/credentials/token-clients.ts'
import { tokenRequestFailed } from '../../src/credentials/token-error.ts'
import type { ExternalAccount } from '../../src/credentials/types.ts'
import { createFetch } from '../../src/fetch.ts'
import { createAuth } from '../../src/google-auth.ts'
import { createClient } from '../../src/google-cloud.ts'
import { googleapisOptions } from '../../src/googleapis.ts'
import { createChannelCredentials, grpcClientArguments } from '../../src/grpc.ts'
import { tlsCredentials } from '../../src/transports/grpc/channel-credentials.ts'
import { createSpanStarter, withHttpSpan } from '../../src/transports/tracing.ts'
import { differences } from './polluting.ts'

// Only names that this package reads by itself: what the client libraries make of a polluted prototype is their own.

const service = { host: 'vision.{universeDomain}' }
const apiKey = 'K'

let cases = 0
afterAll(() => recordFigure('Fuzzing', 'pollutions of the prototype of all objects, with clients', cases))

async function expectNoDifference(names: readonly string[], acts: Parameters<typeof differences>[1]): Promise<void> {
  const { found, cases: tried } = await differences(names, acts)
  cases += tried
  expect(found).toEqual([])
}

/** As google-gax generates one, as far as it is looked at here. */
class Generated {
  static readonly servicePath = 'vision.googleapis.com'
  static readonly port: number = 443
  static readonly scopes: readonly string[] = []
  readonly optionNames: readonly string[]
  constructor(options: object) {
    this.optionNames = Object.keys(options)
  }
}
class NotGenerated {}

test('what is not given beside the options is not found elsewhere', async () => {
  const names = ['auth', 'authClient', 'fallback', 'grpc.callInvocationTransformer']
  await expectNoDifference(names, {
    createFetch: () => typeof createFetch({ apiKey }, service),
    createAuth: () => typeof createAuth({ apiKey }),
    googleapisOptions: () => typeof googleapisOptions({ apiKey }),
    cloudSqlConnectorOptions: () => typeof cloudSqlConnectorOptions({ apiKey }),
    grpcClientArguments: () => typeof grpcClientArguments({ apiKey }, service),
    createChannelCredentials: () => typeof createChannelCredentials({ apiKey }),
    createClient: () => createClient(Generated, { apiKey }).optionNames,
  })
})

test('what a class has not is not found elsewhere', async () => {
  await expectNoDifference(['getRequestInterceptors', 'port', 'scopes', 'sender', 'servicePath', 'name', 'version'], {
    'a generated class': () => createClient(Generated, { apiKey }).optionNames,
    'another class': () => createClient(NotGenerated as never, { apiKey }),
    Storage: () => typeof createClient(Storage, { apiKey }),
  })
})

test('what credentials have not is not found elsewhere', async () => {
  const account: ExternalAccount = {
    type: 'external_account',
    projectId: undefined,
    audience: 'audience',
    subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
    tokenUrl: 'https://sts.googleapis.com/v1/token',
    credentialSource: { file: '/run/token' },
    clientId: undefined,
    clientSecret: undefined,
    workforcePoolUserProject: undefined,
    impersonationUrl: undefined,
    tokenLifetimeSeconds: undefined,
    quotaProjectId: undefined,
    universeDomain: 'googleapis.com',
  }
  await expectNoDifference(['environment_id', 'executable'], {
    'an external account': () => externalAccount(googleAuthLibrary, account, []).constructor.name,
  })
  const error = new Error('no answer')
  await expectNoDifference(['config', 'response', 'status', 'code', 'data', 'error', 'url'], {
    'an error of a token server': () => tokenRequestFailed('credentials', error),
  })
})

test('an auth client is asked itself', async () => {
  const getRequestHeaders = async () => new Headers({ from: 'given' })
  for (const name of ['getClient', 'universeDomain']) {
    using _pollution = pollute(name, name === 'getClient' ? () => ({ getRequestHeaders: () => [] }) : 'googleapis.com')
    cases += 2
    const auth = createAuth({}, service, { authClient: { universeDomain: 'googleapis.com', getRequestHeaders } })
    expect((await auth.getRequestHeaders()).get('from')).toBe('given')
    expect(() => createAuth({}, service, { authClient: { getRequestHeaders } as never })).toThrow('universe domain')
  }
})

test("grpc-js' file of roots is that of the process's environment", async () => {
  vi.stubEnv('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
  await expectNoDifference(['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'], {
    'credentials for TLS': () => typeof tlsCredentials(grpc, undefined, {}),
  })
})

test('a span has the attributes of its own request', async () => {
  const setAttribute = vi.fn()
  const getTracer = () => ({ startSpan: () => ({ setAttribute, setStatus() {}, end() {} }) })
  const start = createSpanStarter(
    { getTracer },
    { host: 'host', port: 443, tls: true, basePath: '', url: 'https://host/' },
  )
  const request = { method: 'GET', url: new URL('https://host/') }
  for (const name of ['attributes', 'errorType']) {
    using _pollution = pollute(name, { polluted: 'polluted' })
    cases += 2
    await withHttpSpan(start, request, async () => ({ status: 200 }))
    await withHttpSpan(start, request, () => Promise.reject(new TypeError('No network'))).catch(() => {})
  }
  const attributes = setAttribute.mock.calls.map(([attribute, value]) => `${attribute} ${value}`)
  expect(new Set(attributes)).toEqual(new Set(['http.response.status_code 200', 'error.type TypeError']))
})
