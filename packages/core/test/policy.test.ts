import { randomUUID } from 'node:crypto'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import {
  authorizedUser,
  createAuthority,
  type LoopbackServer,
  startHttpServer,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
  writeServiceAccount,
} from '@client-options/loopback'
import { Storage } from '@google-cloud/storage'
import { deleteApp, initializeApp } from 'firebase-admin/app'
import { getAuth } from 'firebase-admin/auth'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'

import { firebaseAdminOptions } from '../src/firebase-admin.ts'
import { createAuth, createHealthCheck } from '../src/google-auth.ts'
import { createClient } from '../src/google-cloud.ts'
import { googleapisOptions } from '../src/googleapis.ts'
import { createChannelCredentials } from '../src/grpc.ts'
import { createAgent } from '../src/https.ts'
import { ClientPolicyError, type ClientOptionsInput, resolveSettings } from '../src/index.ts'
import { restrict } from '../src/node.ts'
import { clients } from './clients/all.ts'

// A policy cannot be lifted, so it holds for every test of this file, and for no other: each file runs in a process to itself.
restrict({ hosts: ['localhost', '*.example.com', 'fcm.googleapis.com', 'storage.googleapis.com'], plaintext: false })
restrict({ universes: ['googleapis.com'], credentialTypes: ['service_account', 'auth_client'], apiKey: false })

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
const tokens = await startTokenServer({ authority })
const account = await writeServiceAccount(folder.path)
const user = { ...authorizedUser(tokens), universe_domain: 'googleapis.com', token_uri: undefined }
const userFile = await writeCredentials(folder.path, user)
afterAll(async () => {
  vi.unstubAllEnvs()
  await tokens.close()
  await folder[Symbol.asyncDispose]()
})

/** The members of the policies that refuse something. */
async function refusedBy(action: () => unknown): Promise<readonly string[]> {
  const error = await (async () => action())().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const found = causes(error).find(cause => cause instanceof ClientPolicyError)
  if (found === undefined) return expect.unreachable(`Not refused by a policy: ${String(error)}`)
  expect(found.code).toBe('policy_violation')
  expect(String(error)).toMatch(/restrict\(\)/)
  return found.issues.map(({ path }) => path.join('.'))
}

function causes(error: unknown): readonly unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : []
}

/** An agent connects to whatever host it is asked for, so the policy of this file forbids it as it is. */
const limited = clients.filter(({ name }) => name !== 'https.Agent')

describe.each(limited)('$name', client => {
  let server: LoopbackServer

  beforeAll(async () => {
    server = await client.start(authority)
    return () => server.close()
  })

  const isRefused = (option: string) => client.refuses?.[option] !== undefined

  function create(options: ClientOptionsInput) {
    const handle = client.create(server, options)
    onTestFinished(async () => void (await handle.close()))
    return handle
  }

  test('what the policy allows is in effect; a host that only requests name is refused by each', async () => {
    server.requests.length = 0
    const handle = create({ credentialsFile: account.path })
    if (client.name === 'Firebase Auth, getUser') {
      expect(await refusedBy(() => handle.request())).toEqual(['hosts'])
      expect(server.requests).toEqual([])
      return
    }
    await handle.request()
    for (const { headers } of server.requests) expect(headers['authorization']).toMatch(/^Bearer ey/)
  })

  test('an API key, a type of credentials, a universe, a host and plain text are refused at creation', async () => {
    const credentialsFile = account.path
    expect(await refusedBy(() => create({ credentialsFile: userFile }))).toEqual(['credentialTypes'])
    if (!isRefused('apiKey')) expect(await refusedBy(() => create({ apiKey: 'K' }))).toEqual(['apiKey'])
    if (!isRefused('universeDomain')) {
      const universe = { universeDomain: 'example.com', apiEndpoint: 'a.example.com' }
      expect(await refusedBy(() => create({ credentialsFile, ...universe }))).toEqual(['universes'])
    }
    if (!isRefused('apiEndpoint')) {
      const create2 = (apiEndpoint: string) => () => create({ credentialsFile, apiEndpoint })
      expect(await refusedBy(create2('example.com'))).toEqual(['hosts'])
      expect(await refusedBy(create2('localhost.evil.example'))).toEqual(['hosts'])
      expect(await refusedBy(create2(`http://localhost:${server.port}`))).toEqual(['plaintext'])
      const both = { credentialsFile: userFile, apiEndpoint: 'example.com' }
      expect((await refusedBy(() => create(both))).toSorted()).toEqual(['credentialTypes', 'hosts'])
    }
  })

  test('application default credentials are refused at the first request, when their type is known', async () => {
    // firebase-admin is always passed an auth client by the tests.
    if (client.name.startsWith('Firebase')) return
    const gcloud = join(folder.path, 'gcloud')
    await mkdir(gcloud, { recursive: true })
    await copyFile(userFile, join(gcloud, 'application_default_credentials.json'))
    vi.stubEnv('CLOUDSDK_CONFIG', gcloud)
    onTestFinished(() => void vi.unstubAllEnvs())
    server.requests.length = 0
    const handle = create({})
    expect(await refusedBy(() => handle.request())).toEqual(['credentialTypes'])
    expect(server.requests).toEqual([])
  })
})

test('settings, a health check and what connects to any host are refused as well', async () => {
  const service = { host: 'vision.{universeDomain}' }
  expect(await refusedBy(() => resolveSettings({ apiKey: 'K' }, service, { env: {} }))).toEqual(['hosts', 'apiKey'])
  expect(await refusedBy(() => createHealthCheck({ apiKey: 'K' }))).toEqual(['apiKey'])
  expect(await refusedBy(() => createAgent({}))).toEqual(['hosts'])
  expect(await refusedBy(() => createChannelCredentials({ credentialsFile: account.path }))).toEqual(['hosts'])
})

test('an auth checks the host of each request, and that of headers it hands out', async () => {
  const auth = createAuth({ credentialsFile: account.path })
  expect(await refusedBy(() => auth.request({ url: 'https://vision.googleapis.com/v1' }))).toEqual(['hosts'])
  expect(await refusedBy(() => auth.getRequestHeaders('https://vision.googleapis.com/v1'))).toEqual(['hosts'])
  expect(await refusedBy(() => auth.getRequestHeaders())).toEqual(['hosts'])
  expect(await refusedBy(() => auth.getAccessToken())).toEqual(['hosts'])
  const headers = await auth.getRequestHeaders('https://storage.googleapis.com/b')
  expect(headers.get('authorization')).toMatch(/^Bearer /)
  const google = googleapisOptions({ credentialsFile: account.path }, { scopes: ['https://scope.example'] })
  expect(await refusedBy(() => google.auth.request({ url: 'https://www.googleapis.com/drive/v3' }))).toEqual(['hosts'])
})

test('an emulator is refused, and the error says which variable to unset', async () => {
  const emulator = await startHttpServer()
  onTestFinished(() => emulator.close())
  vi.stubEnv('STORAGE_EMULATOR_HOST', emulator.url)
  onTestFinished(() => void vi.unstubAllEnvs())
  const create = () => createClient(Storage, {}, { projectId: 'p' })
  expect(await refusedBy(create)).toEqual(['plaintext'])
  expect(create).toThrow(/over http:\/\/; unset STORAGE_EMULATOR_HOST/)
  expect(emulator.requests).toEqual([])
})

test('the emulator of Firebase Auth, which firebase-admin finds itself, is refused at its requests', async () => {
  const emulator = await startHttpServer()
  onTestFinished(() => emulator.close())
  vi.stubEnv('FIREBASE_AUTH_EMULATOR_HOST', emulator.address)
  onTestFinished(() => void vi.unstubAllEnvs())
  const app = initializeApp(firebaseAdminOptions({ credentialsFile: account.path }), randomUUID())
  onTestFinished(() => deleteApp(app))
  expect(await refusedBy(() => getAuth(app).getUser('one'))).toEqual(['plaintext'])
  expect(emulator.requests).toEqual([])
})

test('a faulty policy is an error, and changes nothing; another call adds to what is forbidden', async () => {
  expect(() => restrict({ hosts: ['*'], unknown: 1 } as never)).toThrow(
    /^Invalid policy:\n {2}hosts\[0\]: .*\n {2}unknown: /,
  )
  restrict({ hosts: ['*.googleapis.com', 'localhost'] })
  const service = { host: 'a.example.com' }
  expect(await refusedBy(() => resolveSettings({}, service, { env: {} }))).toEqual(['hosts'])
  restrict({ hosts: ['*.example.com'] })
  expect(await refusedBy(() => resolveSettings({}, service, { env: {} }))).toEqual(['hosts'])
})
