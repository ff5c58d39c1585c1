import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  authorizedUser,
  createAuthority,
  externalAccount,
  findSecret,
  impersonatedServiceAccount,
  type LoopbackServer,
  type ServiceAccountFile,
  startHttpsServer,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeServiceAccount,
} from '@client-options/loopback'
import { googleAuthLibrary } from 'google-gax'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'
import { createChannelCredentials } from '../src/grpc.ts'
import { createAgent } from '../src/https.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateCredentials } from '../src/node.ts'
import { clients } from './clients/all.ts'

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
const tokens = await startTokenServer({ authority })
const [before, after] = [await writeServiceAccount(folder.path), await writeServiceAccount(folder.path)]
const keyed = clients.filter(({ refuses }) => refuses?.['credentialsFile'] === undefined)
const service = { host: 'vision.{universeDomain}' }

afterAll(async () => {
  await tokens.close()
  await folder[Symbol.asyncDispose]()
})

beforeEach(() => {
  tokens.fault = undefined
  tokens.tokenRequests.length = 0
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Which of the accounts has signed the token of the last request. */
async function signerOf({ requests }: LoopbackServer): Promise<ServiceAccountFile | undefined> {
  const seen = requests.at(-1) ?? expect.unreachable('The server saw no request')
  for (const account of [before, after]) {
    if (await verifyToken(seen, account).then(() => true, () => false)) return account // prettier-ignore
  }
  return undefined
}

/** A credentials file that is replaced as a whole file, or by a link to another directory, as Kubernetes does. */
async function liveFile(content: object, byLink = false) {
  const directory = join(folder.path, `live-${versions++}`)
  const current = join(directory, byLink ? 'current' : '.')
  const live = {
    path: join(current, 'key.json'),
    async replace(next: object | string): Promise<void> {
      const staged = join(directory, `version-${versions++}`)
      await mkdir(staged, { recursive: true })
      await writeFile(join(staged, 'key.json'), typeof next === 'string' ? next : JSON.stringify(next))
      if (!byLink) return rename(join(staged, 'key.json'), live.path)
      await symlink(staged, join(staged, 'link'))
      return rename(join(staged, 'link'), current)
    },
  }
  await live.replace(content)
  return live
}
let versions = 0

/** As if the next look at the files were due: a file is looked at once a second. */
function letTimePass(): void {
  passed += 1_001
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passed)
}
const now = performance.now.bind(performance)
let passed = 0

describe.each(keyed)('$name', client => {
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

  test('signs with the new key once the file was replaced', async () => {
    const file = await liveFile(before.key)
    const handle = create({ credentialsFile: file.path })
    await handle.request()
    expect(await signerOf(server)).toBe(before)
    await file.replace(after.key)
    letTimePass()
    await handle.request()
    expect(await signerOf(server)).toBe(after)
  })

  test('rotateCredentials calls the function again, and the next token is of what it returned', async () => {
    const credentials = vi.fn<() => object>(() => before.key)
    const handle = create({ credentials })
    expect(credentials).not.toHaveBeenCalled()
    await handle.request()
    await handle.request()
    expect(credentials).toHaveBeenCalledTimes(1)
    expect(await signerOf(server)).toBe(before)
    credentials.mockReturnValue(after.key)
    await rotateCredentials(handle.rotatable)
    await handle.request()
    expect(await signerOf(server)).toBe(after)
    expect(credentials).toHaveBeenCalledTimes(2)
  })

  test('a rotation that fails leaves the old key in use', async () => {
    const credentials = vi.fn<() => object>(() => before.key)
    const handle = create({ credentials })
    await handle.request()
    credentials.mockImplementation(() => {
      throw new Error('the vault is sealed')
    })
    await expect(rotateCredentials(handle.rotatable)).rejects.toMatchObject({
      code: 'source_failed',
      message: 'The function credentials failed: the vault is sealed',
    })
    await handle.request()
    expect(await signerOf(server)).toBe(before)
  })
})

const shown = keyed.filter(({ name }) => ['Vision, gRPC', 'Vision, REST', 'PubSub, publish', 'fetch'].includes(name))

test.each(shown)('$name: no request is lost while the key is replaced under load', async client => {
  await using server = await client.start(authority)
  const file = await liveFile(before.key)
  const handle = client.create(server, { credentialsFile: file.path })
  const ended = new AbortController()
  const failures: unknown[] = []
  const load = Array.from({ length: 8 }, async () => {
    while (!ended.signal.aborted) await handle.request().catch((error: unknown) => failures.push(error))
  })
  for (let rotation = 1; rotation <= 10; rotation++) {
    const account = rotation % 2 === 0 ? before : after
    await file.replace(account.key)
    await Promise.all([rotateCredentials(handle.rotatable), rotateCredentials(handle.rotatable)])
    const seen = server.requests.length
    await handle.request()
    // Those that began before it have the token that they began with.
    await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(seen + 16))
    expect(await signerOf(server)).toBe(account)
  }
  ended.abort()
  await Promise.all(load)
  expect(failures).toEqual([])
  const signed = await Promise.all(
    server.requests.map(seen => Promise.any([verifyToken(seen, before), verifyToken(seen, after)])),
  )
  expect(signed.length).toBeGreaterThan(100)
  await handle.close()
})

describe('a request', () => {
  let server: LoopbackServer
  const user = authorizedUser(tokens)

  beforeAll(async () => {
    server = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
    return () => server.close()
  })

  function fetchWith(options: ClientOptionsInput) {
    return createFetch({ apiEndpoint: server.address, universeDomain: 'localhost', ...options }, service)
  }

  const google = (options: ClientOptionsInput) => fetchWith({ universeDomain: 'googleapis.com', ...options })
  const lastToken = () => server.requests.at(-1)?.authorization

  /** Refuses every refresh token but this one. */
  function acceptOnly({ refresh_token }: { refresh_token: string }): void {
    tokens.fault = (_kind, { body }) =>
      Buffer.from(body).toString().includes(refresh_token)
        ? undefined
        : { status: 400, body: { error: 'invalid_grant', error_description: 'revoked' } }
  }

  test('is made with a user of a new file, and the old token is not used again', async () => {
    const file = await liveFile(user)
    const send = fetchWith({ credentialsFile: file.path })
    await send('/')
    const next = authorizedUser(tokens)
    await file.replace(next)
    letTimePass()
    await Promise.all([send('/'), send('/'), send('/')])
    const asked = tokens.tokenRequests.map(({ parameters }) => parameters['refresh_token'])
    expect(asked).toEqual([user.refresh_token, next.refresh_token])
    expect(lastToken()).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)
  })

  test('is made with a new file where a link is swapped', async () => {
    const file = await liveFile(before.key, true)
    const send = google({ credentialsFile: file.path })
    await send('/')
    await file.replace(after.key)
    letTimePass()
    await send('/')
    expect(await signerOf(server)).toBe(after)
  })

  test.each(['GOOGLE_APPLICATION_CREDENTIALS', "gcloud's own"])('is made with a new file that is %s', async place => {
    const home = join(folder.path, `home-${versions++}`)
    const path = join(home, 'application_default_credentials.json')
    await mkdir(home)
    await writeFile(path, JSON.stringify(before.key))
    vi.stubEnv(place.startsWith('GOOGLE') ? place : 'CLOUDSDK_CONFIG', place.startsWith('GOOGLE') ? path : home)
    const send = google({})
    await send('/')
    expect(await signerOf(server)).toBe(before)
    await writeFile(`${path}.new`, JSON.stringify(after.key))
    await rename(`${path}.new`, path)
    letTimePass()
    await send('/')
    expect(await signerOf(server)).toBe(after)
    await writeFile(path, JSON.stringify(before.key))
    await rotateCredentials(send)
    await send('/')
    expect(await signerOf(server)).toBe(before)
  })

  test('is made with the old file while the new one is faulty, of which one warning tells', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const file = await liveFile(before.key)
    const send = google({ credentialsFile: file.path })
    await send('/')
    for (const faulty of ['', JSON.stringify(after.key).slice(0, -40), { ...after.key, universe_domain: 'x.test' }]) {
      await file.replace(faulty)
      letTimePass()
      await send('/')
      await send('/')
      expect(await signerOf(server)).toBe(before)
    }
    const told = warnings.mock.calls.map(([message]) => String(message))
    expect(told).toEqual([
      expect.stringMatching(
        /^Cannot use the new credentials, .* stay in use\. The credentials file .*key\.json is empty$/,
      ),
      expect.stringMatching(/ is not JSON$/),
      expect.stringMatching(/but the credentials are of x\.test/),
    ])
    expect(warnings.mock.calls[0]?.[1]).toEqual({ type: 'ClientOptionsWarning', code: 'credentials_not_replaced' })
    expect(findSecret(after.key.private_key, told)).toEqual([])
    await file.replace(after.key)
    letTimePass()
    await send('/')
    expect(await signerOf(server)).toBe(after)
  })

  test('names the quota project of the new file, unless another says which it is', async () => {
    const file = await liveFile({ ...before.key, quota_project_id: 'one' })
    const quotaProjects = async (send: typeof fetch) => {
      await send('/')
      return server.requests.at(-1)?.quotaProject
    }
    const [send, fixed] = [
      google({ credentialsFile: file.path }),
      google({ credentialsFile: file.path, quotaProjectId: 'q' }),
    ]
    expect(await quotaProjects(send)).toBe('one')
    await file.replace({ ...before.key, quota_project_id: 'two' })
    letTimePass()
    expect(await quotaProjects(send)).toBe('two')
    expect(await quotaProjects(fixed)).toBe('q')
    await file.replace(before.key)
    letTimePass()
    expect(await quotaProjects(send)).toBeUndefined()
    const content = { ...before.key, quota_project_id: 'of-function' }
    expect(await quotaProjects(google({ credentials: () => content }))).toBe('of-function')
    expect(await quotaProjects(google({ credentials: content }))).toBe('of-function')
    expect(await quotaProjects(google({ credentials: () => content, quotaProjectId: 'q' }))).toBe('q')
  })

  test('names the quota project of the file of the environment also beside an auth client', async () => {
    const file = await liveFile({ ...before.key, quota_project_id: 'of-file' })
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file.path)
    const authClient = {
      universeDomain: 'googleapis.com',
      getRequestHeaders: async () => ({ authorization: 'Bearer t' }),
    }
    await createFetch({ apiEndpoint: server.address }, service, { authClient })('/')
    expect(server.requests.at(-1)).toMatchObject({ authorization: 'Bearer t', quotaProject: 'of-file' })
  })

  test('that the token service refuses is made with what the function returns then', async () => {
    const next = authorizedUser(tokens)
    const credentials = vi.fn<() => object>(() => user)
    const send = fetchWith({ credentials })
    acceptOnly(next)
    await expect(send('/')).rejects.toMatchObject({ code: 'token_request_failed' })
    expect(credentials).toHaveBeenCalledTimes(2)
    credentials.mockReturnValue(next)
    await Promise.all([send('/'), send('/')])
    expect(lastToken()).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)
  })

  test('that fails for the network does not call the function again', async () => {
    const credentials = vi.fn<() => object>(() => user)
    const send = fetchWith({ credentials })
    tokens.fault = () => ({ status: 403, body: { error: 'access_denied' } })
    await expect(send('/')).rejects.toMatchObject({ code: 'token_request_failed' })
    expect(credentials).toHaveBeenCalledTimes(1)
  })

  test('that is aborted while the function works spoils no other', async () => {
    let resolve: ((content: object) => void) | undefined
    const credentials = vi.fn<() => Promise<object>>(() => new Promise(resolved => void (resolve = resolved)))
    const send = google({ credentials })
    const controller = new AbortController()
    const aborted = send('/', { signal: controller.signal })
    const other = send('/')
    await vi.waitFor(() => expect(credentials).toHaveBeenCalled())
    controller.abort()
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    resolve?.(before.key)
    await expect(other).resolves.toMatchObject({ status: 200 })
    expect(credentials).toHaveBeenCalledTimes(1)
  })

  test('with credentials of another universe is refused: at creation, or when a function returns them', async () => {
    const elsewhere = { ...before.key, universe_domain: 'x.test' }
    const mismatch = expect.objectContaining({ code: 'universe_mismatch' })
    for (const credentials of [elsewhere, JSON.stringify(elsewhere)]) {
      expect(() => google({ credentials })).toThrow(mismatch)
    }
    const seen = server.requests.length
    await expect(google({ credentials: () => elsewhere })('/')).rejects.toThrow(mismatch)
    expect(server.requests).toHaveLength(seen)
  })

  test('is made as google-auth-library has it, with an e-mail address and a key alone', async () => {
    const { client_email, private_key } = before.key
    await google({ credentials: { client_email, private_key } })('/')
    expect(await signerOf(server)).toBe(before)
  })

  test('is made with the token of an external account that lies in its file when it is rotated', async () => {
    const subject = join(folder.path, 'subject')
    await writeFile(subject, 'first')
    const send = fetchWith({ credentials: JSON.stringify(externalAccount(tokens, { file: subject })) })
    await send('/')
    await writeFile(subject, 'second')
    await rotateCredentials(send)
    await send('/')
    expect(tokens.tokenRequests.map(({ parameters }) => parameters['subject_token'])).toEqual(['first', 'second'])
  })

  test('is made with an impersonated account, of a source that was replaced', async () => {
    const next = authorizedUser(tokens)
    const credentials = vi.fn<() => object>(() => impersonatedServiceAccount(tokens, user))
    const send = fetchWith({ credentials })
    await send('/')
    credentials.mockReturnValue(impersonatedServiceAccount(tokens, next))
    await rotateCredentials(send)
    await send('/')
    expect(tokens.tokenRequests.map(({ kind }) => kind)).toEqual([
      'refresh',
      'impersonation',
      'refresh',
      'impersonation',
    ])
    expect(tokens.tokenRequests[2]?.parameters['refresh_token']).toBe(next.refresh_token)
  })
})

describe('an auth', () => {
  test('signs, and names its account and project, by the file as it is now', async () => {
    const file = await liveFile(before.key)
    const auth = createAuth({ credentialsFile: file.path })
    await auth.sign('data')
    await file.replace(after.key)
    letTimePass()
    expect(await auth.sign('data')).toBe(await createAuth({ credentials: after.key }).sign('data'))
    expect(await auth.getCredentials()).toEqual({ client_email: after.key.client_email })
  })

  test('signs, and names its account and project, by what the function returns', async () => {
    const auth = createAuth({ credentials: async () => before.key })
    expect(await auth.sign('data')).toBe(await createAuth({ credentials: before.key }).sign('data'))
    expect(await auth.getCredentials()).toEqual({ client_email: before.key.client_email })
    expect(await auth.getProjectId()).toBe('loopback-project')
  })

  test('and credentials are mutually exclusive', () => {
    const authClient = { universeDomain: 'googleapis.com', getRequestHeaders: async () => ({}) }
    expect(() => createAuth({ credentials: before.key }, service, { authClient })).toThrow(
      expect.objectContaining({
        code: 'conflicting_credentials',
        message: 'An auth client and credentials are mutually exclusive; set only one',
      }),
    )
  })
})

test('a function is not called, and credentials are refused, over http:// to another machine', () => {
  const credentials = vi.fn<() => object>()
  for (const given of [credentials, before.key]) {
    expect(() => createFetch({ apiEndpoint: 'http://a.example', credentials: given }, service)).toThrow(
      expect.objectContaining({
        code: 'insecure_endpoint',
        message: expect.stringContaining('so credentials must not'),
      }),
    )
  }
  expect(credentials).not.toHaveBeenCalled()
})

describe('rotateCredentials', () => {
  test('also takes channel credentials', async () => {
    const credentials = vi.fn<() => object>(() => before.key)
    await rotateCredentials(createChannelCredentials({ credentials }))
    expect(credentials).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['an API key', () => createFetch({ apiKey: 'K' }, service)],
    ['an agent', () => createAgent({ clientCertSource: () => ['c', 'k'] })],
    ['something else', () => ({})],
  ])('refuses %s', async (_what, create) => {
    await expect(rotateCredentials(create())).rejects.toThrow(TypeError)
  })

  test('refuses an auth client of the caller', async () => {
    const authClient = { universeDomain: 'googleapis.com', getRequestHeaders: async () => ({}) }
    const send = createFetch({}, service, { authClient })
    await expect(rotateCredentials(send)).rejects.toThrow(TypeError)
  })

  test('of default credentials that are not there says so', async () => {
    vi.stubEnv('CLOUDSDK_CONFIG', join(folder.path, 'nowhere'))
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
    googleAuthLibrary.gcpMetadata.setGCPResidency(false)
    await expect(rotateCredentials(createFetch({}, service))).rejects.toMatchObject({ code: 'no_credentials' })
  })
})
