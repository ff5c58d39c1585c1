import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  commandThatPrints,
  encryptKey,
  externalAccount,
  startGrpcEmulator,
  startHttpServer,
  writeSecureConnect,
  writeServiceAccount,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { describe, expect, onTestFinished, test } from 'vitest'

import { withOtherNames } from '../tools/write-docs.ts'
import { examplesIn } from './readme-code.ts'
import { bucketList, openRecipe, type Recipe } from './recipes.ts'

const folder = new URL('../docs/recipes/', import.meta.url)

/** The examples that the tests below run. */
const run: Readonly<Record<string, readonly string[]>> = {
  emulators: ['pubsub', 'endpoint'],
  endpoints: ['private', 'gateway', 'universe'],
  impersonation: ['account', 'delegates'],
  migration: ['after', 'python'],
  mtls: ['files', 'encrypted', 'machine', 'rotate'],
  'own-sdk': ['weather', 'direct', 'nestjs', 'inversify'],
  proxies: ['storage'],
  secrets: ['manager', 'variable'],
  sources: ['layers'],
  tenants: ['tenants', 'projects'],
  tracing: ['tracing'],
  'workload-identity': ['federation'],
}

test('every example of every recipe is one that is run here', () => {
  const files = readdirSync(folder).filter(file => file.endsWith('.md'))
  const examples = files.map(file => {
    return [file.replace(/\.md$/, ''), [...examplesIn(readFileSync(new URL(file, folder), 'utf8')).keys()]] as const
  })
  expect(Object.fromEntries(examples.filter(([, names]) => names.length > 0))).toEqual(run)
})

test('the table of the migration is that of the source (else run: node tools/write-docs.ts)', () => {
  const page = readFileSync(new URL('migration.md', folder), 'utf8')
  expect(page).toBe(withOtherNames(page))
})

describe('the recipe', { timeout: 60_000 }, () => {
  test('emulators: both clients send to the emulator, without credentials', async () => {
    const storage = await startHttpServer(() => bucketList)
    onTestFinished(() => storage.close())
    // A PublishResponse with the message ID "1".
    const publish = () => Buffer.from([10, 1, 49])
    const pubsub = await startGrpcEmulator({ methods: { '/google.pubsub.v1.Publisher/Publish': publish } })
    onTestFinished(() => pubsub.close())
    const recipe = await openRecipe('emulators', { changes: { 'localhost:4443': storage.address } })

    expect(await recipe.run('pubsub', { PUBSUB_EMULATOR_HOST: pubsub.address, NO_PROXY: 'localhost' })).toEqual(['1'])
    expect(await recipe.run('endpoint')).toEqual(["[ 'my-bucket' ]"])
    expect([pubsub.requests.length, storage.requests.length]).toEqual([1, 1])
    for (const request of [...pubsub.requests, ...storage.requests]) expect(request).not.toHaveProperty('authorization')
    expect(recipe.server.requests).toEqual([])
  })

  test('proxies: the request goes through the proxy', async () => {
    const recipe = await openRecipe('proxies')
    expect(await recipe.run('storage')).toEqual(["[ 'my-bucket' ]"])
    expect(recipe.proxy.targets).toEqual(['storage.googleapis.com:443'])
    expect(recipe.server.requests).toMatchObject([{ host: 'storage.googleapis.com', token: {} }])
  })

  test('mtls: the server sees the certificate, wherever it comes from', async () => {
    const recipe = await openRecipe('mtls')
    const { authority, folder: files } = recipe
    const alice = await authority.issue({ commonName: 'alice' })
    await writeFile(join(files, 'client.pem'), alice.cert)
    await writeFile(join(files, 'client-key.pem'), alice.key)
    await writeFile(join(files, 'encrypted-key.pem'), encryptKey(alice.key, 'open sesame'))
    const bucket = ["[ 'my-bucket' ]"]

    expect(await recipe.run('files')).toEqual(bucket)
    expect(await recipe.run('encrypted', { KEY_PASSPHRASE: 'open sesame' })).toEqual(bucket)
    const bob = await writeWorkloadConfig(join(files, 'config.json'), await authority.issue({ commonName: 'bob' }))
    const asked = { GOOGLE_API_USE_CLIENT_CERTIFICATE: 'true' }
    expect(await recipe.run('machine', { ...asked, GOOGLE_API_CERTIFICATE_CONFIG: bob.path })).toEqual(bucket)
    const carol = await authority.issue({ commonName: 'carol' })
    await writeSecureConnect(files, commandThatPrints(carol.cert + carol.key))
    expect(await recipe.run('machine', asked)).toEqual(bucket)
    expect(await recipe.run('rotate')).toEqual(['200', '200'])
    const seen = recipe.server.requests.map(({ host, clientCertificate }) => `${clientCertificate} at ${host}`)
    expect(seen).toEqual([
      'alice at storage.mtls.googleapis.com',
      'alice at storage.mtls.googleapis.com',
      'bob at storage.mtls.googleapis.com',
      'carol at storage.mtls.googleapis.com',
      'alice at vision.mtls.googleapis.com',
      'alice at vision.mtls.googleapis.com',
    ])
  })

  test('tenants: each has its own credentials and quota project', async () => {
    const recipe = await openRecipe('tenants')
    const { key: north } = await writeServiceAccount(recipe.folder)
    const { key: south } = await writeServiceAccount(recipe.folder)
    await writeFile(join(recipe.folder, 'north.json'), JSON.stringify(north))
    await writeFile(join(recipe.folder, 'south.json'), JSON.stringify(south))
    expect(await recipe.run('tenants')).toEqual(['north 1', 'south 1'])
    expect(await recipe.run('projects')).toEqual(['project-a 1', 'project-b 1'])
    expect(recipe.server.requests).toMatchObject([
      { quotaProject: 'north-billing', token: { issuer: north.client_email }, query: 'project=north-project' },
      { quotaProject: 'south-billing', token: { issuer: south.client_email } },
      { quotaProject: 'billing-project' },
      { quotaProject: 'billing-project' },
    ])
  })

  test('endpoints: each request goes to the host and the path that are set', async () => {
    const recipe = await openRecipe('endpoints')
    const { key } = await writeServiceAccount(recipe.folder, { universe_domain: 'cloud.example.com' })
    await writeFile(join(recipe.folder, 'key-of-universe.json'), JSON.stringify(key))
    expect(await recipe.run('private')).toEqual(['1'])
    expect(await recipe.run('gateway')).toEqual(['200'])
    expect(await recipe.run('universe')).toEqual(['1'])
    expect(recipe.server.requests.map(({ host, path }) => host + path)).toEqual([
      'storage-myendpoint.p.googleapis.com/storage/v1/b',
      'gateway.example.com/google/v1/operations',
      'storage.cloud.example.com/storage/v1/b',
    ])
  })

  test('workload-identity: the token is exchanged for one of Google’s', async () => {
    const token = {
      access_token: 'exchanged',
      issued_token_type: 'access_token',
      token_type: 'Bearer',
      expires_in: 3600,
    }
    const recipe = await openRecipe('workload-identity', {
      handler: ({ path }) => (path === '/v1/token' ? { body: token } : bucketList),
    })
    await writeFile(join(recipe.folder, 'token.txt'), 'a token of another provider')
    const account = externalAccount({ universeDomain: 'googleapis.com' }, { file: 'token.txt' })
    await writeFile(join(recipe.folder, 'federation.json'), JSON.stringify(account))
    expect(await recipe.run('federation')).toEqual(['1'])
    expect(recipe.server.requests).toMatchObject([
      { host: 'sts.googleapis.com', path: '/v1/token' },
      { host: 'storage.googleapis.com', authorization: 'Bearer exchanged', quotaProject: 'my-project' },
    ])
  })

  test('impersonation: IAM issues the token', async () => {
    const token = { accessToken: 'of-the-reader', expireTime: new Date(Date.now() + 3_600_000).toISOString() }
    const recipe = await openRecipe('impersonation', {
      handler: ({ host }) => (host === 'iamcredentials.googleapis.com' ? { body: token } : bucketList),
    })
    expect(await printed(recipe)).toEqual([['1'], ['1']])
    const path = '/v1/projects/-/serviceAccounts/reader@my-project.iam.gserviceaccount.com:generateAccessToken'
    const read = { host: 'storage.googleapis.com', authorization: 'Bearer of-the-reader' }
    expect(recipe.server.requests).toMatchObject([{ path }, read, { path }, read])
    expect(JSON.parse(String(Buffer.from(recipe.server.requests[2]?.body ?? [])))).toMatchObject({ lifetime: '900s' })
  })

  test('secrets: the client uses the credentials that the function returns', async () => {
    const secret = { payload: { data: '' } }
    const recipe = await openRecipe('secrets', {
      handler: ({ host }) => (host === 'secretmanager.googleapis.com' ? { body: secret } : bucketList),
    })
    const { key } = await writeServiceAccount(recipe.folder)
    secret.payload.data = Buffer.from(JSON.stringify(key)).toString('base64')
    const defaults = { GOOGLE_APPLICATION_CREDENTIALS: join(recipe.folder, 'key.json') }
    expect(await recipe.run('manager', defaults)).toEqual(['1'])
    expect(await recipe.run('variable', { STORAGE_CREDENTIALS: JSON.stringify(key) })).toEqual(['1'])
    const [asked, ...used] = recipe.server.requests
    expect(asked).toMatchObject({ path: '/v1/projects/my-project/secrets/storage/versions/latest:access' })
    expect(used.map(({ token }) => token?.issuer)).toEqual([key.client_email, key.client_email])
  })

  test('sources: the environment wins over the file', async () => {
    const recipe = await openRecipe('sources')
    const page = readFileSync(new URL('sources.md', folder), 'utf8')
    const [, file = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
    await writeFile(join(recipe.folder, 'client-options.yaml'), file)
    const lines = await recipe.run('layers', { MY_APP_GOOGLE_QUOTA_PROJECT_ID: 'my-project' })
    expect(lines).toContain('quotaProjectId environment:MY_APP_GOOGLE_QUOTA_PROJECT_ID')
    expect(lines.find(line => line.startsWith('apiEndpoint'))).toMatch(/client-options\.yaml:11$/)
    expect(recipe.server.requests).toMatchObject([{ host: 'staging.example.com', quotaProject: 'my-project' }])
  })

  test('tracing: the request is a span, and the server receives its context', async () => {
    const recipe = await openRecipe('tracing')
    expect(await recipe.run('tracing')).toEqual(['GET storage.googleapis.com'])
    expect(recipe.server.requests[0]?.headers).toHaveProperty('traceparent')
  })

  test('own-sdk: both kinds of options arrive, directly and by injection', async () => {
    const recipe = await openRecipe('own-sdk', { handler: () => ({ body: ['Hobart'] }) })
    expect(await printed(recipe)).toEqual([
      [''],
      ["[ 'Hobart' ]", 'regoin is not an option; did you mean region?', 'pageSize must be at least 1'],
      ["[ 'Hobart' ]"],
      ["[ 'Hobart' ]"],
    ])
    const request = { host: 'weather.example.com', path: '/v1/regions/south/stations', apiKey: 'AIza...' }
    expect(recipe.server.requests).toMatchObject([
      { ...request, query: 'pageSize=10' },
      { ...request, query: 'pageSize=50' },
      { ...request, query: 'pageSize=50' },
    ])
  })

  test('migration: the options arrive in both spellings', async () => {
    const recipe = await openRecipe('migration')
    expect(await printed(recipe)).toEqual([['1'], ['1']])
    expect(recipe.server.requests).toMatchObject([
      { host: 'storage.example.com', token: {} },
      { host: 'storage.example.com', token: {}, quotaProject: 'my-project' },
    ])
  })
})

async function printed({ examples, run }: Recipe): Promise<string[][]> {
  const lines: string[][] = []
  for (const example of examples) lines.push(await run(example))
  return lines
}
