import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  authorizedUser,
  type CertificateAuthority,
  createAuthority,
  externalAccount,
  externalAccountAuthorizedUser,
  gdchServiceAccount,
  impersonatedServiceAccount,
  impersonationUrl,
  type IssuedCertificate,
  type LoopbackServer,
  type SeenRequest,
  type ServiceAccountFile,
  startHttpServer,
  startTokenServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  type TokenServer,
  trustAuthority,
  verifyAssertion,
  verifyToken,
  writeCredentials,
  writeServiceAccount,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { googleAuthLibrary } from 'google-gax'
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { ClientConnectError, createClient, CredentialsFileError } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'
const VISION_SCOPES = [CLOUD_PLATFORM, 'https://www.googleapis.com/auth/cloud-vision']

let authority: CertificateAuthority
let clientOne: IssuedCertificate
let tokens: TokenServer
let servers: { grpc: LoopbackServer; rest: LoopbackServer }
let folder: string
let account: ServiceAccountFile
let subjectFile: string

beforeAll(async () => {
  authority = await createAuthority()
  trustAuthority(authority)
  clientOne = await authority.issue({ commonName: 'client-one' })
  const temporary = await temporaryFolder()
  folder = temporary.path
  account = await writeServiceAccount(folder, { universe_domain: 'localhost' })
  subjectFile = join(folder, 'subject')
  await writeFile(subjectFile, 'token-of-the-file')
  tokens = await startTokenServer({ authority })
  servers = { grpc: await startVisionGrpcServer({ authority }), rest: await startVisionHttpsServer({ authority }) }
  return async () => {
    await Promise.all([tokens.close(), servers.grpc.close(), servers.rest.close()])
    await temporary[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  // Nothing of this machine's own.
  vi.stubEnv('HOME', join(folder, 'home'))
  vi.stubEnv('CLOUDSDK_CONFIG', '')
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
  vi.stubEnv('GCE_METADATA_HOST', 'localhost:1')
  googleAuthLibrary.gcpMetadata.setGCPResidency(false)
  for (const server of [tokens, servers.grpc, servers.rest]) server.requests.length = 0
  tokens.tokenRequests.length = 0
})

afterEach(() => void vi.unstubAllEnvs())

describe.each(['grpc', 'rest'] as const)('over %s', transport => {
  const fallback = transport === 'rest'

  /** A client of the loopback universe, which shows a certificate and has a quota project. */
  function create(options: ClientOptionsInput, extra: object = {}): ImageAnnotatorClient {
    const client = createClient(
      ImageAnnotatorClient,
      {
        apiEndpoint: servers[transport].address,
        universeDomain: 'localhost',
        clientCertSource: () => clientOne,
        quotaProjectId: 'quota-project',
        ...options,
      },
      { fallback, ...extra },
    )
    onTestFinished(() => client.close())
    return client
  }

  async function createWith(content: object, options: ClientOptionsInput = {}): Promise<ImageAnnotatorClient> {
    return create({ credentialsFile: await writeCredentials(folder, content), ...options })
  }

  /** Annotates an image and gives what the API saw: the certificate, the quota project and this token. */
  async function annotate(client: ImageAnnotatorClient): Promise<SeenRequest> {
    const [answer] = await client.batchAnnotateImages(request(), { timeout: 5000 })
    expect(answer.responses?.[0]?.labelAnnotations?.[0]?.description).toBe('loopback')
    const seen = servers[transport].requests.at(-1)
    if (seen === undefined) throw new Error('The server saw no request')
    expect(seen).toMatchObject({ clientCertificate: 'client-one', quotaProject: 'quota-project' })
    expect(seen.apiKey).toBeUndefined()
    return seen
  }

  /** Annotates an image with a token of the token server, and gives what that was asked, in order. */
  async function annotateWithToken(client: ImageAnnotatorClient) {
    expect(tokens.requests, 'before the first call').toEqual([])
    const { authorization } = await annotate(client)
    const asked = [...tokens.tokenRequests]
    expect(authorization).toBe(`Bearer ${asked.at(-1)?.token}`)
    for (const { request } of asked) {
      expect(request.clientCertificate).toBeUndefined()
      expect(request.quotaProject).toBeUndefined()
      expect(request.apiKey).toBeUndefined()
    }
    return asked
  }

  describe('a user', () => {
    test('gets a token for the refresh token, and with it all scopes that the user has agreed to', async () => {
      const user = authorizedUser(tokens)
      const { client_id, client_secret, refresh_token } = user
      const asked = await annotateWithToken(await createWith(user))
      expect(asked).toMatchObject([{ kind: 'refresh', request: { path: '/token' } }])
      expect(asked[0]?.parameters).toEqual({ grant_type: 'refresh_token', client_id, client_secret, refresh_token })
    })

    test('of a workforce pool does so too', async () => {
      const user = externalAccountAuthorizedUser(tokens)
      const { client_id, client_secret, refresh_token } = user
      const asked = await annotateWithToken(await createWith(user))
      expect(asked).toMatchObject([{ kind: 'refresh', request: { path: '/v1/oauthtoken' } }])
      expect(asked[0]?.parameters).toEqual({ grant_type: 'refresh_token', refresh_token })
      expect(asked[0]?.request.authorization).toBe(basic(client_id, client_secret))
    })

    test('asks for the scopes of the options', async () => {
      for (const user of [authorizedUser(tokens), externalAccountAuthorizedUser(tokens)]) {
        tokens.requests.length = 0
        const asked = await annotateWithToken(await createWith(user, { scopes: ['scope:1', 'scope:2'] }))
        expect(asked.at(-1)).toMatchObject({
          kind: 'refresh',
          parameters: { refresh_token: user.refresh_token, scope: 'scope:1 scope:2' },
        })
      }
    })
  })

  describe('an external account', () => {
    test.each([
      ['a file', () => ({ file: subjectFile }), 'token-of-the-file'],
      ['a file with JSON', () => jsonFile({ access: 'token-of-json' }), 'token-of-json'],
    ] as const)('exchanges the token of %s', async (_source, source, subject_token) => {
      const content = externalAccount(tokens, await source())
      const asked = await annotateWithToken(await createWith(content))
      expect(asked).toMatchObject([{ kind: 'exchange', request: { path: '/v1/token' } }])
      expect(asked[0]?.parameters).toEqual({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        audience: content.audience,
        subject_token,
        subject_token_type: content.subject_token_type,
        scope: VISION_SCOPES.join(' '),
      })
      expect(asked[0]?.request.authorization).toBeUndefined()
    })

    test.each([
      ['a URL', '/subject', undefined],
      ['a URL with JSON', '/subject.json', { type: 'json', subject_token_field_name: 'access' }],
    ])('exchanges the token of %s', async (_source, path, format) => {
      const source = { url: `${tokens.url}${path}`, headers: { Metadata: 'True' }, format }
      const asked = await annotateWithToken(await createWith(externalAccount(tokens, source)))
      expect(asked).toMatchObject([
        { kind: 'subject', request: { method: 'GET', path, headers: { metadata: 'True' } } },
        { kind: 'exchange', parameters: { subject_token: asked[0]?.token } },
      ])
    })

    test('exchanges the token that a program prints', async () => {
      vi.stubEnv('GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES', '1')
      const program = join(folder, 'program.mjs')
      const type = 'urn:ietf:params:oauth:token-type:id_token'
      const answer = { version: 1, success: true, token_type: type, id_token: 'token-of-the-program' }
      await writeFile(program, `console.log(JSON.stringify(${JSON.stringify(answer)}))`)
      const source = { executable: { command: `"${process.execPath}" "${program}"` } }
      const asked = await annotateWithToken(await createWith(externalAccount(tokens, source)))
      expect(asked).toMatchObject([{ kind: 'exchange', parameters: { subject_token: 'token-of-the-program' } }])
    })

    test('exchanges a request that AWS will recognize', async () => {
      vi.stubEnv('AWS_REGION', 'eu-north-1')
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'aws-access-key')
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'aws-secret-key')
      vi.stubEnv('AWS_SESSION_TOKEN', '')
      const content = externalAccount(tokens, {
        environment_id: 'aws1',
        regional_cred_verification_url:
          'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
      })
      const asked = await annotateWithToken(await createWith(content))
      expect(asked).toMatchObject([{ kind: 'exchange' }])
      const subject: unknown = JSON.parse(decodeURIComponent(String(asked[0]?.parameters['subject_token'])))
      expect(subject).toMatchObject({
        url: 'https://sts.eu-north-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
        headers: expect.arrayContaining([{ key: 'x-goog-cloud-target-resource', value: content.audience }]),
      })
    })

    test('shows the token server the certificate that is its token, and not that of the API', async () => {
      const workload = await authority.issue({ commonName: 'workload' })
      const config = await writeWorkloadConfig(join(folder, `workload-${transport}.json`), workload)
      const source = { certificate: { certificate_config_location: config.path } }
      await annotate(await createWith(externalAccount(tokens, source)))
      expect(tokens.tokenRequests).toMatchObject([{ kind: 'exchange', request: { clientCertificate: 'workload' } }])
    })

    test('asks for the scopes of the options', async () => {
      const client = await createWith(externalAccount(tokens, { file: subjectFile }), {
        scopes: ['scope:1', 'scope:2'],
      })
      expect(await annotateWithToken(client)).toMatchObject([{ parameters: { scope: 'scope:1 scope:2' } }])
    })

    test('tells who it is, and which project pays', async () => {
      const content = externalAccount(tokens, { file: subjectFile })
      const withClient = { ...content, client_id: 'id', client_secret: 'secret' }
      expect(await annotateWithToken(await createWith(withClient))).toMatchObject([
        { request: { authorization: basic('id', 'secret') } },
      ])
      tokens.requests.length = tokens.tokenRequests.length = 0
      const audience = '//iam.googleapis.com/locations/global/workforcePools/pool/providers/provider'
      const ofWorkforce = { ...content, audience, workforce_pool_user_project: 'user-project' }
      expect(await annotateWithToken(await createWith(ofWorkforce))).toMatchObject([
        { parameters: { audience, options: JSON.stringify({ userProject: 'user-project' }) } },
      ])
    })

    test('impersonates a service account, for the scopes and as long as it is told', async () => {
      const content = {
        ...externalAccount(tokens, { file: subjectFile }),
        service_account_impersonation_url: impersonationUrl(tokens.url),
        service_account_impersonation: { token_lifetime_seconds: 1800 },
      }
      const asked = await annotateWithToken(await createWith(content, { scopes: ['scope:1'] }))
      expect(asked).toMatchObject([
        { kind: 'exchange', parameters: { scope: CLOUD_PLATFORM } },
        {
          kind: 'impersonation',
          parameters: { scope: ['scope:1'], lifetime: '1800s' },
          request: { authorization: `Bearer ${asked[0]?.token}` },
        },
      ])
    })
  })

  describe('an impersonated service account', () => {
    test('gets a token from IAM with that of a user', async () => {
      const user = authorizedUser(tokens)
      const content = impersonatedServiceAccount(tokens, { ...user, quota_project_id: 'of-source' })
      const asked = await annotateWithToken(await createWith(content))
      expect(asked).toMatchObject([
        { kind: 'refresh', parameters: { refresh_token: user.refresh_token } },
        {
          kind: 'impersonation',
          parameters: { scope: VISION_SCOPES, delegates: content.delegates, lifetime: '3600s' },
          request: { authorization: `Bearer ${asked[0]?.token}` },
        },
      ])
      expect(asked[0]?.parameters).not.toHaveProperty('scope')
      expect(`${tokens.url}${asked[1]?.request.path}`).toBe(content.service_account_impersonation_url)
    })

    test('gets a token from IAM with one that a service account signs', async () => {
      const content = impersonatedServiceAccount(tokens, account.key)
      const [asked] = await annotateWithToken(await createWith(content))
      if (asked === undefined) throw new Error('IAM was not asked')
      expect(asked.kind).toBe('impersonation')
      await verifyToken(asked.request, account)
      expect(asked.request.token).toMatchObject({ scope: CLOUD_PLATFORM })
    })

    test('gets a token from IAM with that of an external account, and with that of another service account', async () => {
      const source = externalAccount(tokens, { file: subjectFile })
      const content = impersonatedServiceAccount(tokens, impersonatedServiceAccount(tokens, source))
      const asked = await annotateWithToken(await createWith(content, { scopes: ['scope:1'] }))
      expect(asked).toMatchObject([
        { kind: 'exchange', parameters: { scope: CLOUD_PLATFORM } },
        { kind: 'impersonation', parameters: { scope: [CLOUD_PLATFORM] } },
        {
          kind: 'impersonation',
          parameters: { scope: ['scope:1'] },
          request: { authorization: `Bearer ${asked[1]?.token}` },
        },
      ])
    })

    test('asks for the scopes of the options, or else of the file', async () => {
      const content = { ...impersonatedServiceAccount(tokens, account.key), scopes: ['of:file'] }
      expect(await annotateWithToken(await createWith(content))).toMatchObject([{ parameters: { scope: ['of:file'] } }])
      tokens.requests.length = tokens.tokenRequests.length = 0
      const client = await createWith(content, { scopes: ['of:option'] })
      expect(await annotateWithToken(client)).toMatchObject([{ parameters: { scope: ['of:option'] } }])
    })
  })

  describe('a GDCH service account', () => {
    test.each([
      ['for the URL of the endpoint', undefined],
      ['for an audience, exactly as given', 'https://exact.example/x'],
    ])('gets a token %s', async (_audience, apiAudience) => {
      const gdch = await gdchServiceAccount(tokens)
      const [asked] = await annotateWithToken(await createWith(gdch.content, { apiAudience }))
      const audience = apiAudience ?? `https://${servers[transport].address}/`
      expect(asked).toMatchObject({ kind: 'gdch', parameters: { audience } })
      await verifyAssertion(asked?.parameters['subject_token'], gdch)
    })

    test('gets it from a server that only the file’s own authority vouches for', async () => {
      const other = await createAuthority('GDCH')
      const ofOther = await startTokenServer({ authority: other })
      onTestFinished(() => ofOther.close())
      const { content } = await gdchServiceAccount(ofOther)
      await expect(annotate(await createWith(content))).rejects.toThrow(/certificate/)
      const caCertPath = join(folder, `gdch-${transport}.pem`)
      await writeFile(caCertPath, other.certificate)
      await annotate(await createWith({ ...content, ca_cert_path: caCertPath }))
      expect(ofOther.tokenRequests).toMatchObject([{ kind: 'gdch' }])
    })

    test('belongs to no universe, so that it goes with each', async () => {
      const { content } = await gdchServiceAccount(tokens)
      await annotateWithToken(await createWith(content, { universeDomain: 'cloud.example' }))
    })
  })

  describe('every type', () => {
    test('has one token for concurrent calls, and for those that follow', async () => {
      for (const content of await allTokenTypes()) {
        tokens.tokenRequests.length = 0
        const client = await createWith(content)
        await client.initialize()
        expect(tokens.tokenRequests, 'before the first call').toEqual([])
        await Promise.all(Array.from({ length: 5 }, () => annotate(client)))
        const asked = tokens.tokenRequests.map(({ kind }) => kind)
        expect(new Set(asked).size, String(asked)).toBe(asked.length)
        await annotate(client)
        expect(tokens.tokenRequests).toHaveLength(asked.length)
      }
    })

    test('may say which quota project the API is told, and the options may say another', async () => {
      for (const content of [account.key, ...(await allTokenTypes())]) {
        const withQuota = { ...content, quota_project_id: 'of-file' }
        const ofFile = await createWith(withQuota, { quotaProjectId: null })
        await ofFile.batchAnnotateImages(request())
        expect(servers[transport].requests.at(-1)?.quotaProject).toBe('of-file')
        await annotate(await createWith(withQuota))
        for (const { quotaProject } of tokens.requests) expect(quotaProject).toBeUndefined()
      }
    })

    test('but GDCH’s is refused in another universe, before anything is asked', async () => {
      for (const content of [account.key, ...(await allTokenTypes())]) {
        if (content.type === 'gdch_service_account') continue
        for (const universeDomain of [null, 'example.com']) {
          await expect(createWith(content, { universeDomain }), content.type).rejects.toThrow(
            expect.objectContaining({ constructor: ClientConnectError, code: 'universe_mismatch' }),
          )
        }
      }
      expect(tokens.requests).toEqual([])
    })

    test('but that of a service account of either kind refuses an audience, by name', async () => {
      for (const content of await allTokenTypes()) {
        if (content.type === 'gdch_service_account') continue
        await expect(createWith(content, { apiAudience: 'https://exact.example/x' })).rejects.toThrow(
          expect.objectContaining({
            code: 'unsupported_option',
            message: expect.stringMatching(`apiAudience .*${content.type}`),
          }),
        )
      }
    })

    test('refuses scopes that cannot take effect, by name', async () => {
      const { content: gdch } = await gdchServiceAccount(tokens)
      const external = externalAccount(tokens, { file: subjectFile })
      for (const [content, scopes] of [
        [gdch, ['scope:1']],
        [external, []],
        [impersonatedServiceAccount(tokens, account.key), []],
      ] as const) {
        await expect(createWith(content, { scopes })).rejects.toThrow(
          expect.objectContaining({
            code: 'unsupported_option',
            message: expect.stringMatching(`scopes .*${content.type}`),
          }),
        )
      }
      await annotateWithToken(await createWith(authorizedUser(tokens), { scopes: [] }))
    })

    test('that is faulty is refused at creation', async () => {
      for (const content of await allTokenTypes()) {
        await expect(createWith({ ...content, type: 'other' })).rejects.toThrow(CredentialsFileError)
        const elsewhere = { token_uri: 'http://localhost/', token_url: 'http://localhost/' }
        const impersonation = { service_account_impersonation_url: impersonationUrl('http://localhost') }
        await expect(createWith({ ...content, ...elsewhere, ...impersonation }), content.type).rejects.toThrow(
          expect.objectContaining({ code: 'untrusted_url' }),
        )
      }
      await expect(createWith(externalAccount(tokens, { executable: { command: 'true' } }))).rejects.toThrow(
        expect.objectContaining({ code: 'executable_not_allowed' }),
      )
    })
  })

  describe('without credentials in the options', () => {
    test('the file that the environment names is used, of any type', async () => {
      for (const content of [account.key, ...(await allTokenTypes())]) {
        vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', await writeCredentials(folder, content))
        const { authorization, token } = await annotate(create({}))
        if (content.type === 'service_account') expect(token?.issuer).toBe(account.key.client_email)
        else expect(authorization).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)
      }
    })

    test('a faulty file that the environment names is refused at creation', async () => {
      vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(folder, 'missing.json'))
      expect(() => create({})).toThrow(expect.objectContaining({ code: 'unreadable_file' }))
    })

    test('gcloud’s file is used, of any type, and read at the first call', async () => {
      for (const content of [account.key, ...(await allTokenTypes())]) {
        const client = create({})
        await writeGcloudFile({ ...content, quota_project_id: 'of-file' })
        const { authorization, token } = await annotate(client)
        if (content.type === 'service_account') expect(token?.issuer).toBe(account.key.client_email)
        else expect(authorization).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)

        const other = create({ quotaProjectId: null })
        await other.batchAnnotateImages(request())
        expect(servers[transport].requests.at(-1)?.quotaProject).toBe('of-file')
        for (const { quotaProject } of tokens.requests) expect(quotaProject).toBeUndefined()
      }
    })

    test('the options take effect on gcloud’s file, or the call says why not', async () => {
      await writeGcloudFile(authorizedUser(tokens))
      const asked = await annotateWithToken(create({ scopes: ['scope:1'] }))
      expect(asked).toMatchObject([{ parameters: { scope: 'scope:1' } }])
      for (const [options, code] of [
        [{ apiAudience: 'https://exact.example/x' }, 'unsupported_option'],
        [{ universeDomain: 'example.com' }, 'universe_mismatch'],
      ] as const) {
        expect(await failure(create(options))).toMatchObject({ code: 16, cause: { code } })
      }
      await writeGcloudFile({ ...authorizedUser(tokens), token_uri: 'https://elsewhere.example/token' })
      expect(await failure(create({}))).toMatchObject({ code: 16, cause: { code: 'untrusted_url' } })
      expect(tokens.tokenRequests).toHaveLength(1)
    })

    test('and without a file, the call says what to do, and the next one looks again', async () => {
      const client = create({})
      expect(await failure(client)).toMatchObject({
        code: 16,
        cause: { code: 'no_credentials', message: expect.stringContaining('gcloud auth application-default login') },
      })
      await writeGcloudFile(authorizedUser(tokens))
      await annotate(client)
    })

    describe('on Google’s cloud', () => {
      /** A metadata server on this machine: the real one is never asked. */
      async function startMetadataServer(universe?: string): Promise<LoopbackServer> {
        const server = await startHttpServer(({ path }) => {
          const body = path.endsWith('/token')
            ? { access_token: 'token-of-the-machine', expires_in: 3600, token_type: 'Bearer' }
            : path.endsWith('/universe-domain') && universe
          return body ? { headers: { 'metadata-flavor': 'Google' }, body } : undefined
        })
        onTestFinished(() => server.close())
        vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present')
        vi.stubEnv('GCE_METADATA_HOST', server.address)
        return server
      }

      test('the metadata server is asked, for the scopes', async () => {
        const metadata = await startMetadataServer()
        const client = create({ universeDomain: null, scopes: ['scope:1', 'scope:2'] })
        await client.initialize()
        expect(metadata.requests).toEqual([])
        expect((await annotate(client)).authorization).toBe('Bearer token-of-the-machine')
        expect(metadata.requests).toMatchObject([
          { path: '/computeMetadata/v1/universe/universe-domain' },
          {
            path: '/computeMetadata/v1/instance/service-accounts/default/token',
            query: 'scopes=scope%3A1%2Cscope%3A2',
          },
        ])
      })

      test('the metadata server is asked for its universe once, in every universe', async () => {
        for (const [ofMachine, universeDomain] of [
          ['localhost', 'localhost'],
          ['googleapis.com', null],
          [undefined, null],
        ] as const) {
          const metadata = await startMetadataServer(ofMachine)
          const client = create({ universeDomain })
          await Promise.all([annotate(client), annotate(client)])
          await annotate(client)
          expect(metadata.requests.map(({ path }) => path)).toEqual([
            '/computeMetadata/v1/universe/universe-domain',
            '/computeMetadata/v1/instance/service-accounts/default/token',
          ])
        }
      })

      test('a machine of another universe is refused, and asked for no token', async () => {
        for (const [ofMachine, universeDomain] of [
          ['localhost', 'example.com'],
          ['other.example', null],
          ['other.example', 'googleapis.com'],
          ['googleapis.com', 'localhost'],
          [undefined, 'localhost'],
        ] as const) {
          const metadata = await startMetadataServer(ofMachine)
          const error = await failure(create({ universeDomain }))
          expect(error).toMatchObject({ code: 16, cause: { code: 'universe_mismatch' } })
          expect(metadata.requests.map(({ path }) => path)).toEqual(['/computeMetadata/v1/universe/universe-domain'])
        }
      })

      test('a metadata server that does not say its universe is asked for no token', async () => {
        const metadata = await startHttpServer(() => ({ status: 403, body: { error: 'forbidden' } }))
        onTestFinished(() => metadata.close())
        vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present')
        vi.stubEnv('GCE_METADATA_HOST', metadata.address)
        expect(await failure(create({ universeDomain: null }))).toMatchObject({
          code: 16,
          cause: { code: 'token_request_failed', message: expect.stringContaining('status 403') },
        })
        expect(metadata.requests.map(({ path }) => path)).toEqual(['/computeMetadata/v1/universe/universe-domain'])
      })

      test('an audience is refused, since the machine’s token has none', async () => {
        const metadata = await startMetadataServer()
        const error = await failure(create({ universeDomain: null, apiAudience: 'https://exact.example/x' }))
        expect(error).toMatchObject({
          code: 16,
          cause: { code: 'unsupported_option', message: expect.stringContaining('apiAudience') },
        })
        expect(metadata.requests).toEqual([])
      })

      test('the metadata server is not asked when there are other credentials', async () => {
        const metadata = await startMetadataServer()
        await annotate(create({ credentialsFile: account.path }))
        await annotate(await createWith(authorizedUser(tokens)))
        await writeGcloudFile(account.key)
        await annotate(create({}))
        expect(metadata.requests).toEqual([])
      })
    })
  })

  test('an auth client that exists already is used as it is', async () => {
    const user = authorizedUser(tokens)
    const authClient = new googleAuthLibrary.UserRefreshClient({
      clientId: user.client_id,
      clientSecret: user.client_secret,
      refreshToken: user.refresh_token,
      endpoints: { oauth2TokenUrl: user.token_uri },
      universeDomain: 'localhost',
    })
    expect(await annotateWithToken(create({}, { authClient }))).toMatchObject([{ kind: 'refresh' }])
  })

  async function failure(client: ImageAnnotatorClient): Promise<unknown> {
    const seen = servers[transport].requests.length
    const error: unknown = await client.batchAnnotateImages(request(), { timeout: 5000 }).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(servers[transport].requests).toHaveLength(seen)
    return error
  }
})

/** One of each type that asks a token server. */
async function allTokenTypes() {
  const { content } = await gdchServiceAccount(tokens)
  const user = authorizedUser(tokens)
  return [
    user,
    externalAccountAuthorizedUser(tokens),
    externalAccount(tokens, { file: subjectFile }),
    externalAccount(tokens, { url: `${tokens.url}/subject` }),
    impersonatedServiceAccount(tokens, user),
    content,
  ]
}

async function jsonFile(content: object): Promise<object> {
  const format = { type: 'json', subject_token_field_name: Object.keys(content)[0] }
  return { file: await writeCredentials(folder, content), format }
}

/** As gcloud's own, in a new folder that the environment names. */
async function writeGcloudFile(content: object): Promise<void> {
  const gcloud = join(folder, `gcloud-${crypto.randomUUID()}`)
  await mkdir(gcloud)
  await writeFile(join(gcloud, 'application_default_credentials.json'), JSON.stringify(content))
  vi.stubEnv('CLOUDSDK_CONFIG', gcloud)
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function request() {
  return { requests: [{ image: { content: Buffer.from('image') }, features: [{ type: 'LABEL_DETECTION' as const }] }] }
}
