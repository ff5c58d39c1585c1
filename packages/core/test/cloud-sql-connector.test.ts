import { once } from 'node:events'
import type { Socket } from 'node:net'
import { inspect } from 'node:util'

import {
  createAuthority,
  findSecret,
  type LoopbackServer,
  startGrpcServer,
  startSqlAdminServer,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeServiceAccount,
} from '@client-options/loopback'
import { AuthTypes, Connector, IpAddressTypes } from '@google-cloud/cloud-sql-connector'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { OAuth2Client } from 'google-auth-library'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { cloudSqlConnectorOptions } from '../src/cloud-sql-connector.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'

const authority = await createAuthority()
trustAuthority(authority)
const one = await authority.issue({ commonName: 'one' })
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
const server = await startSqlAdminServer({ authority, requireClientCertificate: false })
afterAll(() => Promise.all([server.close(), folder[Symbol.asyncDispose]()]))
beforeEach(() => void (server.requests.length = 0))

const clientCertSource = () => one
const instance = { instanceConnectionName: 'project:region:instance', ipType: IpAddressTypes.PUBLIC }
const spans = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })

function connect(options: ClientOptionsInput, more: object = {}) {
  const passed = cloudSqlConnectorOptions({ apiEndpoint: server.url, ...options })
  const connector = new Connector({ ...passed, ...more })
  onTestFinished(() => connector.close())
  return { connector, passed }
}

/** To close a connector whose instance could not be found is an unhandled rejection, whatever its options. */
function connectInVain(options: ClientOptionsInput, more: object = {}) {
  return new Connector({ ...cloudSqlConnectorOptions({ apiEndpoint: server.url, ...options }), ...more })
}

const paths = ['/connectSettings', ':generateEphemeralCert']
  .map(path => path.replace(/^/, '/sql/v1beta4/projects/project/instances/instance'))
  .toSorted()

describe('the requests to the Admin API', () => {
  test('carry every option', async () => {
    const options = { credentialsFile: account.path, quotaProjectId: 'quota', clientCertSource, tracerProvider }
    const { connector } = connect({ ...options, apiEndpoint: `${server.url}/base` })
    const { stream } = await connector.getOptions({ ...instance, authType: AuthTypes.IAM })
    expect(stream).toBeTypeOf('function')
    expect(server.requests.map(({ path }) => path).toSorted()).toEqual(paths.map(path => `/base${path}`))
    for (const request of server.requests) {
      expect(request).toMatchObject({ clientCertificate: 'one', quotaProject: 'quota' })
      await verifyToken(request, account)
      expect(request.token?.scope).toMatch(/sqlservice\.admin .*sqlservice\.login/)
    }
    expect(spans.getFinishedSpans()).toHaveLength(2)
    // The user is logged in to the database with the same token, which the body takes to the Admin API.
    const body = String(server.requests.find(({ method }) => method === 'POST')?.body)
    expect(body).toContain(server.requests[0]?.authorization?.replace('Bearer ', ''))
  })

  test('carry an API key, which is not a token to log in with', async () => {
    const { connector } = connect({ apiKey: 'K', clientCertSource })
    await connector.getOptions(instance)
    expect(server.requests.map(({ apiKey, clientCertificate }) => [apiKey, clientCertificate])).toEqual([
      ['K', 'one'],
      ['K', 'one'],
    ])
    const login = connectInVain({ apiKey: 'K' }).getOptions({ ...instance, authType: AuthTypes.IAM })
    await expect(login).rejects.toMatchObject({ code: 'unsupported_option' })
  })

  test('carry the token of an auth client, and the certificate after a rotation', async () => {
    const authClient = new OAuth2Client()
    authClient.setCredentials({ access_token: 'of-the-client' })
    let commonName = 'one'
    const source = () => authority.issue({ commonName })
    const passed = cloudSqlConnectorOptions({ apiEndpoint: server.url, clientCertSource: source }, { authClient })
    const connector = new Connector(passed)
    onTestFinished(() => connector.close())
    await connector.getOptions(instance)
    commonName = 'two'
    await rotateClientCertificate(passed)
    await connector.getOptions({ ...instance, instanceConnectionName: 'project:region:other' })
    const seen = server.requests.map(({ authorization, clientCertificate }) => [authorization, clientCertificate])
    expect(seen).toEqual(['one', 'one', 'two', 'two'].map(name => ['Bearer of-the-client', name]))
  })

  test('go to no other endpoint', async () => {
    const connector = connectInVain({ apiKey: 'K' }, { sqlAdminAPIEndpoint: 'https://localhost:1' })
    await expect(connector.getOptions(instance)).rejects.toMatchObject({ code: 'reserved_option' })
    expect(server.requests).toEqual([])
  })
})

describe('a connection that streams data over gRPC', () => {
  const path = '/google.cloud.sql.v1beta4.SqlDataService/StreamSqlData'

  async function startDataServer(): Promise<LoopbackServer> {
    const streams = { [path]: () => Buffer.alloc(0) }
    const data = await startGrpcServer({ authority, requireClientCertificate: false, streams })
    onTestFinished(() => data.close())
    return data
  }

  async function open(options: ClientOptionsInput): Promise<Socket> {
    const connector = new Connector(cloudSqlConnectorOptions({ apiKey: 'K', ...options }))
    onTestFinished(() => connector.close())
    const { stream } = await connector.getOptions({ ...instance, ipType: IpAddressTypes.SQL_DATA })
    const socket = stream()
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {}).write('hello')
    return socket
  }

  test('goes to the endpoint with the key and the quota project', async () => {
    const data = await startDataServer()
    await open({ apiEndpoint: data.url, quotaProjectId: 'quota' })
    await vi.waitFor(() => expect(data.requests).toHaveLength(1), 4000)
    expect(data.requests).toMatchObject([{ path, apiKey: 'K', quotaProject: 'quota' }])
  })

  test.each<[option: string, options: (data: LoopbackServer) => ClientOptionsInput]>([
    ['clientCertSource', ({ url }) => ({ apiEndpoint: url, clientCertSource })],
    ['tracerProvider', ({ url }) => ({ apiEndpoint: url, tracerProvider })],
    ['userAgent', ({ url }) => ({ apiEndpoint: url, userAgent: 'my-app/1' })],
    ['apiEndpoint', ({ url }) => ({ apiEndpoint: `${url}/base` })],
  ])('is closed where %s would be lost, and a warning says so', async (option, options) => {
    const data = await startDataServer()
    const warned = once(process, 'warning')
    const socket = await open(options(data))
    await once(socket, 'close')
    expect(await warned).toMatchObject([
      { code: 'sql_data_refused', message: expect.stringMatching(`Cannot put ${option} into effect`) },
    ])
    expect(data.requests).toEqual([])
  })
})

test('the options show no secret', async () => {
  const { connector, passed } = connect({ apiKey: 'AIzaCanary-0123456789', clientCertSource })
  await connector.getOptions(instance)
  for (const secret of ['AIzaCanary-0123456789', one.key]) {
    expect(findSecret(secret, [passed, connector])).toEqual([])
    expect(inspect([passed, connector], { depth: null, showHidden: true })).not.toContain(secret)
  }
})
