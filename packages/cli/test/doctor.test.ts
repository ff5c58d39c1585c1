import { createServer } from 'node:https'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'

import {
  authorizedUser,
  createAuthority,
  encryptKey,
  type LoopbackServer,
  openGate,
  startHttpServer,
  startHttpsServer,
  startProxy,
  startTokenServer,
} from '@client-options/loopback'
import { describe, expect, onTestFinished, test } from 'vitest'

import { type DoctorWorkspace, openDoctorWorkspace, writePair } from './doctor-workspace.ts'
import { onLoopback, unusedPort } from './ports.ts'

const DAY = 24 * 60 * 60_000

test('finds nothing where nothing is at fault', async () => {
  const { options, examine, server } = await openDoctorWorkspace()
  const { code, stderr, found, messages } = await examine(options)
  expect(found).toEqual(fine)
  expect([code, stderr]).toEqual([0, ''])
  expect(messages['certificate']).toMatch(/^CN=alice, issued by CN=[\w ]+; days left: 36[45]$/)
  expect(messages['endpoint']).toBe(`${server.address} answered over TLSv1.3`)
  expect(messages['credentials']).toMatch(/^A token was issued for service_account, loopback-\w+@.*account\.json$/)
  // The certificate is presented, and no credentials are sent.
  expect(server.requests).toMatchObject([{ method: 'HEAD', path: '/', clientCertificate: 'alice' }])
  expect(server.requests[0]).not.toHaveProperty('authorization')
})

test('finds nothing with every option that a file can have', async () => {
  const { options, examine } = await openDoctorWorkspace()
  const { code, found } = await examine({
    ...options,
    quotaProjectId: 'my-project',
    scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    apiAudience: 'https://audience.example/',
    universeDomain: 'googleapis.com',
    requestReason: 'a test',
    userAgent: 'test/1',
  })
  expect([code, new Set(Object.values(found))]).toEqual([0, new Set(['ok'])])
})

test('finds nothing where a policy allows everything that is used', async () => {
  const { options, examine } = await openDoctorWorkspace()
  const policy = { hosts: ['localhost'], universes: ['googleapis.com'], credentialTypes: ['service_account'] }
  const { code, found } = await examine({ ...options, policy })
  expect([code, new Set(Object.values(found))]).toEqual([0, new Set(['ok'])])
})

/** What is changed, and what doctor then says of which check. The checks that are not named are `ok`. */
interface Fault {
  readonly name: string
  readonly make: (workspace: DoctorWorkspace) => Promise<{
    readonly options: object
    readonly env?: NodeJS.ProcessEnv
    readonly args?: readonly string[]
  }>
  readonly found: Readonly<Record<string, string | undefined>>
}

const notReached = { endpoint: 'skipped', proxy: undefined, clock: undefined }
const noToken = { universe: undefined, quota: undefined }
const nothingElse = { ...notReached, ...noToken, certificate: undefined, endpoint: undefined, credentials: undefined }

const faults: readonly Fault[] = [
  {
    name: 'a host that does not exist',
    make: async ({ options }) => ({ options: { ...options, apiEndpoint: 'nowhere.invalid' } }),
    found: { endpoint: 'unknown_host', clock: 'skipped' },
  },
  {
    name: 'a server that is another host',
    make: async ({ options, server }) => {
      const proxy = await startProxy({ port: server.port })
      onTestFinished(() => proxy.close())
      return { options: { ...options, apiEndpoint: 'other.example' }, env: { HTTPS_PROXY: proxy.url } }
    },
    found: { endpoint: 'wrong_host', clock: 'skipped' },
  },
  {
    name: 'a port at which nothing listens',
    make: async ({ options }) => ({ options: { ...options, apiEndpoint: `localhost:${await unusedPort()}` } }),
    found: { endpoint: 'connection_refused', clock: 'skipped' },
  },
  {
    name: 'a server that is not trusted',
    make: async ({ options }) => ({ options, env: { NODE_EXTRA_CA_CERTS: '' } }),
    found: { endpoint: 'untrusted_server', clock: 'skipped' },
  },
  {
    name: 'a server whose certificate has expired',
    make: async ({ options, authority }) => {
      const { cert, key } = await authority.issue({
        commonName: 'localhost',
        dnsNames: ['localhost'],
        notBefore: new Date(Date.now() - 2 * DAY),
        notAfter: new Date(Date.now() - DAY),
      })
      const port = await onLoopback(createServer({ cert, key }))
      return { options: { ...options, apiEndpoint: `localhost:${port}` } }
    },
    found: { endpoint: 'server_certificate_expired', clock: 'skipped' },
  },
  {
    name: 'a server that does not speak TLS',
    make: async ({ options }) => ({ options: { ...options, apiEndpoint: (await closed(startHttpServer())).address } }),
    found: { endpoint: 'tls_failed', clock: 'skipped' },
  },
  {
    name: 'a server that never answers',
    make: async ({ options, authority }) => {
      const gate = await closed(openGate(await startHttpsServer({ authority })))
      gate.fault = 'silence'
      return { options: { ...options, apiEndpoint: gate.url }, args: ['--timeout', '1.5'] }
    },
    found: { endpoint: 'timeout', clock: 'skipped' },
  },
  {
    name: 'a client certificate that the server refuses',
    make: async workspace => {
      await writePair(workspace, await (await createAuthority()).issue({ commonName: 'alice' }))
      return { options: workspace.options }
    },
    found: { endpoint: 'certificate_refused', clock: 'skipped' },
  },
  {
    name: 'no client certificate, where the server requires one',
    make: async ({ options: { apiEndpoint, credentialsFile } }) => ({ options: { apiEndpoint, credentialsFile } }),
    found: { certificate: 'skipped', endpoint: 'certificate_required', clock: 'skipped' },
  },
  {
    name: 'a client certificate that has expired',
    make: async workspace => {
      const past = { notBefore: new Date(Date.now() - 2 * DAY), notAfter: new Date(Date.now() - DAY) }
      await writePair(workspace, await workspace.authority.issue({ commonName: 'alice', ...past }))
      return { options: workspace.options }
    },
    found: { certificate: 'certificate_expired', ...notReached },
  },
  {
    name: 'a client certificate that soon expires',
    make: async workspace => {
      const soon = { notAfter: new Date(Date.now() + 3 * DAY) }
      await writePair(workspace, await workspace.authority.issue({ commonName: 'alice', ...soon }))
      return { options: workspace.options }
    },
    found: { certificate: 'certificate_ends_soon' },
  },
  {
    name: 'a key of another certificate',
    make: async workspace => {
      const { key } = await workspace.authority.issue({ commonName: 'bob' })
      await workspace.write('client-key.pem', key)
      return { options: workspace.options }
    },
    found: { certificate: 'key_mismatch', ...notReached },
  },
  {
    name: 'a passphrase that does not open the key',
    make: async ({ options, authority, write }) => {
      const { cert, key } = await authority.issue({ commonName: 'alice' })
      await write('client.pem', cert)
      await write('client-key.pem', encryptKey(key, 'open sesame'))
      return {
        options: { ...options, clientCertificateKeyPassphraseVariable: 'PASSPHRASE' },
        env: { PASSPHRASE: 'open barley' },
      }
    },
    found: { certificate: 'wrong_passphrase', ...notReached },
  },
  {
    name: 'a certificate file that is not there',
    make: async ({ options }) => ({ options: { ...options, clientCertificateFile: 'missing.pem' } }),
    found: { certificate: 'unreadable_file', ...notReached },
  },
  {
    name: 'a credentials file that is not there',
    make: async ({ options }) => ({ options: { ...options, credentialsFile: 'missing.json' } }),
    found: { credentials: 'unreadable_file', ...noToken },
  },
  {
    name: 'a profile that is not there',
    make: async ({ options }) => ({ options, args: ['--profile', 'staging'] }),
    found: { ...nothingElse, options: 'unknown_profile' },
  },
  {
    name: 'a proxy that refuses',
    make: async ({ options }) => {
      const proxy = await startProxy({ status: 403 })
      onTestFinished(() => proxy.close())
      return { options, env: { HTTPS_PROXY: proxy.url } }
    },
    found: { endpoint: 'proxy_refused', clock: 'skipped' },
  },
  {
    name: 'a proxy that is not there',
    make: async ({ options }) => ({ options, env: { HTTPS_PROXY: `http://localhost:${await unusedPort()}` } }),
    found: { endpoint: 'proxy_unreachable', clock: 'skipped' },
  },
  {
    name: 'a proxy that is not one',
    make: async ({ options }) => ({ options, env: { HTTPS_PROXY: 'socks5://localhost' } }),
    found: { ...nothingElse, options: 'invalid_environment' },
  },
  {
    name: 'the credentials of a user without a quota project',
    make: withUser(),
    found: { quota: 'missing_quota_project' },
  },
  {
    name: 'the credentials of a user, with a quota project of the environment',
    make: async workspace => ({ ...(await withUser()(workspace)), env: { GOOGLE_CLOUD_QUOTA_PROJECT: 'my-project' } }),
    found: {},
  },
  {
    name: 'credentials that the token service refuses',
    make: withUser({ fault: true }),
    found: { credentials: 'token_request_failed', ...noToken },
  },
  {
    name: 'a token service that is not there',
    make: withUser({ port: unusedPort }),
    found: { credentials: 'token_service_unreachable', ...noToken },
  },
  {
    name: 'credentials of another universe',
    make: async ({ options }) => ({ options: { ...options, universeDomain: 'example.com' } }),
    found: { credentials: 'universe_mismatch', ...noToken },
  },
  {
    name: 'an endpoint that the policy of the file forbids',
    make: async ({ options }) => ({ options: { ...options, policy: { hosts: ['*.example.com'] } } }),
    found: { ...nothingElse, options: 'policy_violation' },
  },
  {
    name: 'credentials that the policy of the file forbids',
    make: async ({ options }) => ({ options: { ...options, policy: { credentialTypes: ['external_account'] } } }),
    found: { credentials: 'policy_violation', ...noToken },
  },
  {
    name: 'an option that is not one',
    make: async ({ options }) => ({ options: { ...options, quotaProject: 'my-project' } }),
    found: { ...nothingElse, options: 'unknown_option' },
  },
]

/** The credentials of a user, whose token service is on this machine. */
function withUser({ fault = false, port }: { fault?: boolean; port?: () => Promise<number> } = {}): Fault['make'] {
  return async ({ options, authority, write }) => {
    const tokens = await closed(startTokenServer({ authority }))
    if (fault) tokens.fault = () => ({ status: 400, body: { error: 'invalid_grant' } })
    const { universeDomain } = tokens
    const url = port === undefined ? tokens.url : `https://localhost:${await port()}`
    await write('user.json', authorizedUser({ url, universeDomain }))
    return { options: { ...options, credentialsFile: 'user.json', universeDomain } }
  }
}

async function closed<Server extends Pick<LoopbackServer, 'close'>>(starting: Promise<Server>): Promise<Server> {
  const server = await starting
  onTestFinished(() => server.close())
  return server
}

const fine = {
  options: 'ok',
  certificate: 'ok',
  proxy: 'ok',
  endpoint: 'ok',
  clock: 'ok',
  credentials: 'ok',
  universe: 'ok',
  quota: 'ok',
}
const warnings = ['certificate_ends_soon', 'missing_quota_project']

describe('tells apart', { timeout: 60_000 }, () => {
  test.each(faults)('$name', async ({ make, found }) => {
    const workspace = await openDoctorWorkspace()
    const { options, env, args = [] } = await make(workspace)
    const examined = await workspace.examine(options, env, ...args)
    const expected = Object.entries({ ...fine, ...found }).filter(([, code]) => code !== undefined)
    expect(examined.found).toEqual(Object.fromEntries(expected))
    const isFailed = expected.some(([, code]) => !['ok', 'skipped', ...warnings].includes(code ?? ''))
    expect(examined.code).toBe(isFailed ? 1 : 0)
  })

  test.each([
    [-3600, 'behind'],
    [3600, 'ahead of'],
  ])('a clock that differs by %d seconds', async (seconds, direction) => {
    const { options, examine } = await openDoctorWorkspace(() => ({
      headers: { date: new Date(Date.now() - seconds * 1000).toUTCString() },
    }))
    const { code, found, messages } = await examine(options)
    expect([code, found['clock']]).toEqual([1, 'clock_skew'])
    expect(messages['clock']).toMatch(
      new RegExp(`^The clock of this machine is 3\\d{3} seconds ${direction} the endpoint's`),
    )
  })
})

test('an emulator needs neither certificate nor credentials', async () => {
  const { run } = await openDoctorWorkspace()
  const emulator = await closed(startHttpServer())
  const { code, stdout } = await run(['doctor', 'pubsub'], { PUBSUB_EMULATOR_HOST: emulator.address })
  expect(stdout).toContain('emulator: Using the emulator at localhost:')
  expect(stdout).toMatch(/^ok {7}endpoint {5}localhost:\d+ answered, without TLS$/m)
  expect(stdout).toMatch(/^skipped {2}credentials {2}No credentials are sent to this endpoint$/m)
  expect(code).toBe(0)
})

test('warns of every notice once', async () => {
  const { options, examine, path } = await openDoctorWorkspace()
  const { code, stdout } = await examine(
    { ...options, credentialsFile: null, apiKey: 'key', scopes: ['a'], apiAudience: 'b' },
    { GOOGLE_API_USE_CLIENT_CERTIFICATE: 'false', CLOUDSDK_CONFIG: path },
  )
  // The server requires the certificate that the environment switches off.
  expect(code).toBe(1)
  const { findings }: { findings: { status: string; code?: string }[] } = JSON.parse(stdout)
  const codes = findings.filter(({ status }) => status === 'warning').map(({ code }) => code)
  expect(codes).toEqual(['client_certificate_disabled', 'no_token'])
})

describe('a server of gRPC alone', () => {
  const settingsFrame = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])

  test.each([
    ['refuses HTTP/1 in the handshake', ['h2'], 'ok'],
    ['closes a connection for HTTP/1', ['h2', 'http/1.1'], 'ok'],
    ['refuses the certificate', ['h2'], 'certificate_refused'],
  ])('%s', async (_name, ALPNProtocols, expected) => {
    const workspace = await openDoctorWorkspace()
    const { cert, key } = await workspace.authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] })
    const ca = (expected === 'ok' ? workspace.authority : await createAuthority()).certificate
    const options = { cert, key, ca, requestCert: true, rejectUnauthorized: true, ALPNProtocols }
    const server = createTlsServer(options, socket => {
      socket.on('error', () => {})
      if (socket.alpnProtocol === 'h2') socket.write(settingsFrame)
      else socket.destroy()
    })
    const port = await onLoopback(server)
    const { found, messages } = await workspace.examine({ ...workspace.options, apiEndpoint: `localhost:${port}` })
    expect(found['endpoint'], messages['endpoint']).toBe(expected)
    if (expected === 'ok') expect(messages['endpoint']).toBe(`localhost:${port} answered over HTTP/2`)
  })
})

test('says on standard error what it waits for', async () => {
  const workspace = await openDoctorWorkspace()
  const gate = await closed(openGate(await startHttpsServer({ authority: workspace.authority })))
  gate.fault = 'silence'
  const { stderr, found } = await workspace.examine(
    { ...workspace.options, apiEndpoint: gate.url },
    {},
    '--timeout',
    '2',
  )
  expect(stderr).toBe(`... connecting to ${gate.url}/ (for 2 seconds at most)\n`)
  expect(found['endpoint']).toBe('timeout')
})

test('prints a line for each check, with what to do', async () => {
  const { options, write, run, path, server } = await openDoctorWorkspace()
  await write('options.json', options)
  const env = { NODE_EXTRA_CA_CERTS: join(path, 'authority.pem') }
  const { code, stdout, stderr } = await run(['doctor', '--file', 'options.json'], env)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain(`ok       endpoint     ${server.address} answered over TLSv1.3\n`)
  expect(stdout).toMatch(/\n\nFailed: 0, warnings: 0\n$/)
})

test.each(['0', '-1', 'ten', '1000', ''])('refuses the time limit %j', async limit => {
  const { run } = await openDoctorWorkspace()
  const { code, stdout, stderr } = await run(['doctor', `--timeout=${limit}`])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('--timeout')
})
