import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  authorizedUser,
  type CertificateAuthority,
  createAuthority,
  externalAccount,
  externalAccountAuthorizedUser,
  findSecret,
  gdchServiceAccount,
  impersonatedServiceAccount,
  type LoopbackResponse,
  type LoopbackServer,
  startHttpsServer,
  startTokenServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  type TokenServer,
  trustAuthority,
  writeCredentials,
} from '@client-options/loopback'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { ClientConnectError, createClient } from '../src/google-cloud.ts'

const SUBJECT_TOKEN = `subject-${'s'.repeat(60)}`

let authority: CertificateAuthority
let tokens: TokenServer
let servers: { grpc: LoopbackServer; rest: LoopbackServer }
let folder: string
let accounts: readonly (Record<string, unknown> & { type: string })[]
let secrets: readonly string[]

beforeAll(async () => {
  authority = await createAuthority()
  trustAuthority(authority)
  const temporary = await temporaryFolder()
  folder = temporary.path
  tokens = await startTokenServer({ authority })
  const open = { authority, requireClientCertificate: false }
  servers = { grpc: await startVisionGrpcServer(open), rest: await startVisionHttpsServer(open) }
  const { content: gdch } = await gdchServiceAccount(tokens)
  const [user, workforceUser] = [authorizedUser(tokens), externalAccountAuthorizedUser(tokens)]
  const source = { file: await writeText(SUBJECT_TOKEN) }
  accounts = [user, workforceUser, externalAccount(tokens, source), impersonatedServiceAccount(tokens, user), gdch]
  secrets = [
    SUBJECT_TOKEN,
    gdch.private_key,
    ...[user, workforceUser].flatMap(({ client_secret, refresh_token }) => [client_secret, refresh_token]),
  ]
  return async () => {
    await Promise.all([tokens.close(), servers.grpc.close(), servers.rest.close()])
    await temporary[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  tokens.fault = undefined
  tokens.tokenRequests.length = 0
})

describe.each(['grpc', 'rest'] as const)('over %s', transport => {
  /** What takes seconds, and is the same over each transport. */
  const testOnce = transport === 'grpc' ? test : () => {}

  async function createWith(content: Record<string, unknown>): Promise<ImageAnnotatorClient> {
    const credentialsFile = await writeCredentials(folder, content)
    const options = { apiEndpoint: servers[transport].address, universeDomain: 'localhost', credentialsFile }
    const client = createClient(ImageAnnotatorClient, options, { fallback: transport === 'rest' })
    onTestFinished(() => client.close())
    return client
  }

  async function failure(client: ImageAnnotatorClient, timeout = 20_000): Promise<unknown> {
    const seen = servers[transport].requests.length
    const error: unknown = await client.batchAnnotateImages(request(), { timeout }).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(servers[transport].requests, 'the API is not asked').toHaveLength(seen)
    return error
  }

  /** Lets a call of each type fail, all at once, and checks what every such error has in common. */
  async function failures(message: RegExp) {
    return Promise.all(
      accounts.map(async content => {
        const error = await failure(await createWith(content))
        expect(error).toMatchObject({ code: 16, message: expect.stringMatching(message) })
        expect(error).toMatchObject({
          cause: { constructor: ClientConnectError, code: 'token_request_failed', cause: expect.any(Error) },
          message: expect.stringContaining(`of type ${content.type}: `),
        })
        for (const secret of secrets) expect(findSecret(secret, error)).toEqual([])
        return error
      }),
    )
  }

  test('one that refuses is asked once, and its reason is in the error', async () => {
    const body = { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }
    tokens.fault = () => ({ status: 400, body })
    const said = /responded with status 400: invalid_grant: Token has been expired or revoked\.; check the credentials/
    for (const error of await failures(said)) {
      expect(error).toMatchObject({ message: expect.stringContaining(tokens.address) })
      expect(error).toMatchObject({ cause: { cause: { status: 400 } } })
    }
    expect(tokens.tokenRequests).toHaveLength(accounts.length)
  })

  test('one that is Google’s IAM says so in its own form', async () => {
    const message = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist)."
    const body = { error: { code: 403, message, status: 'PERMISSION_DENIED' } }
    tokens.fault = kind => (kind === 'impersonation' ? { status: 403, body } : undefined)
    const error = await failure(await createWith(impersonatedServiceAccount(tokens, authorizedUser(tokens))))
    expect(error).toMatchObject({
      code: 16,
      message: expect.stringContaining(`responded with status 403: PERMISSION_DENIED: ${message}`),
    })
    expect(tokens.tokenRequests.map(({ kind }) => kind)).toEqual(['refresh', 'impersonation'])
  })

  test('one that repeats what it was sent does not bring secrets into the error', async () => {
    tokens.fault = (_kind, { body, headers }) => {
      const sent = `You sent ${Buffer.from(body).toString()} with ${headers['authorization']}`
      return { status: 401, body: { error: 'invalid_client', error_description: sent } }
    }
    await failures(/invalid_client: You sent .*\[hidden\]/)
  })

  testOnce('one that is out of order is asked four times, within some seconds', async () => {
    tokens.fault = () => ({ status: 503, headers: { 'content-type': 'text/plain' }, body: 'Out of order' })
    await failures(
      /responded with status 503 after 4 attempts: the response does not say why; the next request retries/,
    )
    expect(tokens.tokenRequests).toHaveLength(4 * accounts.length)
  })

  testOnce('one that does not answer is left after 10 seconds, and asked three times, or four with GDCH', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    const spy = vi.spyOn(AbortSignal, 'timeout')
    // Time runs a hundred times faster for what waits 10 seconds.
    spy.mockImplementation(delay => timeout(delay === 10_000 ? 100 : delay))
    onTestFinished(() => spy.mockRestore())
    tokens.fault = () => 'hang'
    for (const error of await failures(/did not respond after [34] attempts: .*timeout/)) {
      expect(error).toMatchObject({ cause: { cause: { code: 'TimeoutError' } } })
    }
    expect(spy.mock.calls.filter(([delay]) => delay === 10_000)).toHaveLength(4 * 3 + 4)
  })

  test('one that does not answer costs a call no more than its deadline', async () => {
    const silent = await startTokenServer({ authority })
    onTestFinished(() => silent.close())
    silent.fault = () => 'hang'
    const error = await failure(await createWith(authorizedUser(silent)), 300)
    expect(error).toMatchObject({ code: 4 })
    expect(silent.tokenRequests).toHaveLength(1)
  })

  test('one that is not there is tried three times, or four with GDCH', async () => {
    const gone = await startTokenServer({ authority })
    await gone.close()
    const content = authorizedUser(gone)
    const error = await failure(await createWith(content))
    expect(error).toMatchObject({
      code: 16,
      message: expect.stringMatching(`${gone.address} did not respond after 3 attempts: .*ECONNREFUSED`),
      cause: { code: 'token_request_failed', cause: { code: 'ECONNREFUSED' } },
    })
    expect(findSecret(content.refresh_token, error)).toEqual([])
  })

  testOnce('one that redirects is not followed, since the secrets would go along', async () => {
    const elsewhere = await startHttpsServer({ authority, requireClientCertificate: false })
    onTestFinished(() => elsewhere.close())
    tokens.fault = (_kind, { path }) => ({ status: 307, headers: { location: `${elsewhere.url}${path}` } })
    await failures(/redirect/)
    expect(tokens.tokenRequests.length).toBeGreaterThan(0)
    expect(elsewhere.requests).toEqual([])
  })

  test.each<[string, LoopbackResponse]>([
    ['without a token', { body: {} }],
    ['with an empty token', { body: { access_token: '', accessToken: '', expires_in: 60 } }],
    [
      'that is larger than a token can be',
      { body: { access_token: 'a', accessToken: 'a', rest: 'x'.repeat(2 ** 21) } },
    ],
    ['that is no JSON', { headers: { 'content-type': 'text/html' }, body: '<p>Welcome' }],
    ['of nothing at all', {}],
  ])('one that gives an answer %s gives no token', async (_answer, response) => {
    tokens.fault = kind => (kind === 'subject' ? undefined : response)
    await failures(/Cannot get an access token/)
  })

  test('one that works again is used by the next call', async () => {
    for (const content of accounts) {
      const client = await createWith(content)
      tokens.fault = () => ({ status: 400, body: { error: 'invalid_grant' } })
      expect(await failure(client)).toMatchObject({ code: 16 })
      tokens.fault = undefined
      await client.batchAnnotateImages(request())
      expect(servers[transport].requests.at(-1)?.authorization).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)
    }
  })

  test('a token is asked for again five minutes before it ends', async () => {
    for (const [lifetime, requests] of [
      [310, 1],
      [290, 2],
    ] as const) {
      tokens.tokenRequests.length = 0
      tokens.fault = () => ({ body: { access_token: 'short-lived', expires_in: lifetime } })
      const client = await createWith(authorizedUser(tokens))
      await client.batchAnnotateImages(request())
      await client.batchAnnotateImages(request())
      expect(tokens.tokenRequests).toHaveLength(requests)
    }
  })

  describe('the source of an external account’s token', () => {
    test.each<[string, () => Promise<object>, RegExp]>([
      ['may be missing', async () => ({ file: join(folder, 'no-such-file') }), /credential_source\.file .*ENOENT/],
      ['may be no JSON', async () => ({ file: await writeText(SUBJECT_TOKEN), format: json }), /JSON/],
      ['may lack the token', async () => ({ file: await writeText('{"other":1}'), format: json }), /subject_token/],
      ['may be a URL that fails', async () => ({ url: `${tokens.url}/nothing` }), /responded with status 404/],
      [
        'may be a program that fails',
        async () => program(`console.error('${SUBJECT_TOKEN}'); process.exit(3)`),
        /code: 3/,
      ],
      [
        'may be a program that prints no JSON',
        async () => program(`console.log('${SUBJECT_TOKEN}')`),
        /invalid response/,
      ],
      // Not handled by google-auth-library: the process would end.
      [
        'may be a program that is missing',
        async () => ({ executable: { command: '"/no/such program" --now' } }),
        /executable\.command names a program that is missing/,
      ],
      [
        'may be a file that is not a program',
        async () => ({ executable: { command: await writeText('text') } }),
        /executable\.command names a program that is missing or that this process may not run/,
      ],
    ])('%s', async (_fault, source, message) => {
      vi.stubEnv('GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES', '1')
      onTestFinished(() => void vi.unstubAllEnvs())
      const error = await failure(await createWith(externalAccount(tokens, await source())))
      expect(error).toMatchObject({
        code: 16,
        message: expect.stringMatching(message),
        cause: { code: 'token_request_failed', cause: expect.any(Error) },
      })
      expect(findSecret(SUBJECT_TOKEN, error)).toEqual([])
      expect(tokens.tokenRequests).toEqual([])
    })

    const json = { type: 'json', subject_token_field_name: 'access' }

    async function program(code: string): Promise<object> {
      return { executable: { command: `"${process.execPath}" "${await writeText(code, '.mjs')}"` } }
    }
  })
})

async function writeText(text: string, extension = ''): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}${extension}`)
  await writeFile(path, text)
  return path
}

function request() {
  return { requests: [{ image: { content: Buffer.from('image') }, features: [{ type: 'LABEL_DETECTION' as const }] }] }
}
