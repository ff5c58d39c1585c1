import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'

import {
  createAuthority,
  errorResponse,
  findSecret,
  type LoopbackHandler,
  type LoopbackServer,
  startDnsServer,
  startGrpcServer,
  startTranslateServer,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { DNS } from '@google-cloud/dns'
import { v2, v3 } from '@google-cloud/translate'
import { GoogleAuth, OAuth2Client } from 'google-auth-library'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createClient, type ExtraOptions } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'

const KEY = 'AIzaCanary-0123456789-abcdefghij'
const { Translate } = v2
const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
const clientCertSource = () => authority.issue({ commonName: 'client' })

let translateServer: LoopbackServer
let dnsServer: LoopbackServer
/** What the servers answer in the place of what they know. */
let fault: LoopbackHandler | undefined

beforeAll(async () => {
  const handler: LoopbackHandler = request => fault?.(request)
  const tls = { authority, requireClientCertificate: false, handler }
  translateServer = await startTranslateServer(tls)
  dnsServer = await startDnsServer(tls)
  return async () => {
    await translateServer.close()
    await dnsServer.close()
    await folder[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  fault = undefined
  translateServer.requests.length = 0
  dnsServer.requests.length = 0
})

function translate(extra: ExtraOptions<typeof Translate> = {}, options: ClientOptionsInput = {}) {
  return createClient(Translate, { apiEndpoint: translateServer.address, apiKey: KEY, ...options }, extra)
}

function dns(extra: ExtraOptions<typeof DNS> = {}, options: ClientOptionsInput = {}) {
  return createClient(
    DNS,
    { apiEndpoint: dnsServer.address, apiKey: KEY, ...options },
    { projectId: 'project', ...extra },
  )
}

describe('Translate', () => {
  test('translates, detects and names languages, as promises and with callbacks', async () => {
    const client = translate({}, { clientCertSource, quotaProjectId: 'quota-project' })
    expect((await client.translate(['live', 'stressed'], { from: 'la', to: 'en' }))[0]).toEqual(['LIVE', 'STRESSED'])
    expect((await client.detect(['one', 'two']))[0]).toMatchObject([{ language: 'en', input: 'one' }, { input: 'two' }])
    expect((await client.getLanguages('en'))[0]).toEqual([{ code: 'en', name: 'English' }])
    expect(await new Promise(resolve => client.translate('live', 'en', (...results) => resolve(results)))).toEqual([
      null,
      'LIVE',
      expect.objectContaining({ data: expect.anything() }),
    ])
    expect(await new Promise(resolve => client.getLanguages((...results) => resolve(results)))).toMatchObject([
      null,
      [{ code: 'en' }],
      {},
    ])
    expect(translateServer.requests).toHaveLength(5)
    const everyRequest = { apiKey: KEY, clientCertificate: 'client', quotaProject: 'quota-project' }
    for (const request of translateServer.requests) expect(request).toMatchObject(everyRequest)
    expect(JSON.parse(String(translateServer.requests[0]?.body))).toMatchObject({ source: 'la', target: 'en' })
  })

  test('needs no project', async () => {
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect((await translate().translate('live', 'en'))[0]).toBe('LIVE')
  })

  test('a key in the third argument, which would be sent past every option, is refused', () => {
    for (const key of ['key-of-mine', '']) {
      expect(() => translate({ key } as never)).toThrow(
        expect.objectContaining({ code: 'reserved_option', message: expect.stringMatching(/key: .*apiKey/) }),
      )
    }
  })

  test('a variable that leads to another endpoint is refused by name, unless the options name one', async () => {
    vi.stubEnv('GOOGLE_CLOUD_TRANSLATE_ENDPOINT', 'https://elsewhere.example/v2')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => createClient(Translate, { apiKey: KEY })).toThrow(
      expect.objectContaining({
        code: 'unsupported_option',
        message: expect.stringContaining('GOOGLE_CLOUD_TRANSLATE_ENDPOINT'),
      }),
    )
    createClient(DNS, { apiKey: KEY })
    expect((await translate().translate('live', 'en'))[0]).toBe('LIVE')
    expect(translateServer.requests).toMatchObject([{ host: translateServer.address }])
  })

  test('its third version is a generated client, with every option', async () => {
    // An empty response, as protobuf writes it.
    const methods = { '/google.cloud.translation.v3.TranslationService/TranslateText': () => Buffer.alloc(0) }
    await using server = await startGrpcServer({ authority, requireClientCertificate: false, methods })
    const options = { apiEndpoint: server.address, apiKey: KEY, clientCertSource }
    const client = createClient(v3.TranslationServiceClient, options, { projectId: 'project' })
    onTestFinished(() => client.close())
    const request = { parent: 'projects/project', contents: ['live'], targetLanguageCode: 'en' }
    expect((await client.translateText(request, { timeout: 5000 }))[0]).toMatchObject({ translations: [] })
    expect(server.requests).toMatchObject([{ apiKey: KEY, clientCertificate: 'client' }])
  })
})

describe('DNS', () => {
  test('lists zones, page by page and as a stream', async () => {
    const pages: Readonly<Record<string, object>> = {
      '': { managedZones: [{ name: 'zone-one' }], nextPageToken: 'two' },
      'pageToken=two': { managedZones: [{ name: 'zone-two' }] },
    }
    fault = ({ query }) => ({ body: pages[query ?? ''] ?? {} })
    const client = dns({}, { clientCertSource })
    expect((await client.getZones())[0].map(({ name }) => name)).toEqual(['zone-one', 'zone-two'])
    const names: unknown[] = []
    for await (const { name } of Readable.from(client.getZonesStream({}) as Readable)) names.push(name)
    expect(names).toEqual(['zone-one', 'zone-two'])
    expect(dnsServer.requests).toHaveLength(4)
    for (const request of dnsServer.requests)
      expect(request).toMatchObject({ apiKey: KEY, clientCertificate: 'client' })
  })

  test('exports a zone to a file, and imports it from there', async () => {
    const zone = dns().zone('zone-one')
    const path = join(folder.path, 'zone')
    await zone.export(path)
    expect(readFileSync(path, 'utf8')).toBe('a.example. 60 IN A 192.0.2.1')
    writeFileSync(path, '$TTL 60\nb 60 IN A 192.0.2.2\n')
    const [change] = await zone.import(path)
    expect(change.metadata).toMatchObject({ additions: [{ type: 'A', ttl: 60, rrdatas: ['192.0.2.2'] }] })
  })

  test('creates, looks for and deletes zones, and reads and makes changes', async () => {
    const client = dns()
    const [zone] = await client.createZone('zone-new', { dnsName: 'example.' })
    expect(zone.id).toBe('zone-new')
    expect((await zone.getChanges())[0].map(({ id }) => id)).toEqual(['change'])
    const record = zone.record('a', { name: 'a.example.', ttl: 60, data: '192.0.2.3' })
    expect((await zone.addRecords(record))[0].id).toBe('change')
    expect((await zone.replaceRecords('a', record))[0].metadata).toMatchObject({ deletions: [{ type: 'A' }] })
    await zone.delete()
    expect(await client.zone('zone-none').exists()).toEqual([false])
    for (const { path } of dnsServer.requests) expect(path).toContain('/dns/v1/projects/project/managedZones')
  })

  test.each([
    ['the third argument', { projectId: 'of-the-argument' }, { apiKey: KEY }, 'of-the-argument'],
    ['the credentials', {}, { credentialsFile: account.path }, 'loopback-project'],
    ['the environment', {}, { apiKey: KEY }, 'of-the-environment'],
  ])('takes the project from %s', async (_place, extra, options, project) => {
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'of-the-environment')
    onTestFinished(() => void vi.unstubAllEnvs())
    await createClient(DNS, { apiEndpoint: dnsServer.address, ...options }, extra).getZones()
    expect(dnsServer.requests[0]?.path).toBe(`/dns/v1/projects/${project}/managedZones`)
  })
})

const clients = {
  Translate: {
    server: () => translateServer,
    create: translate,
    run: (client: object) => (client as v2.Translate).translate('live', 'en'),
    clientClass: Translate,
    host: 'translation',
  },
  DNS: {
    server: () => dnsServer,
    create: dns,
    run: (client: object) => (client as DNS).getZones(),
    clientClass: DNS,
    host: 'dns',
  },
}

describe.each(Object.entries(clients))('%s', (_name, { server, create, run, clientClass, host }) => {
  test.each([
    ['autoRetry: false', { autoRetry: false }, 1],
    ['maxRetries', { maxRetries: 1 }, 2],
  ])('%s is in effect', { timeout: 10_000 }, async (_option, extra, requests) => {
    fault = () => errorResponse(503, 'UNAVAILABLE', 'Come back later')
    const error: unknown = await run(create(extra)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 503, message: 'Come back later' })
    expect(server().requests).toHaveLength(requests)
    expect(findSecret(KEY, error)).toEqual([])
  })

  test('a request that failed is sent again', { timeout: 10_000 }, async () => {
    let failures = 1
    fault = () => (failures-- > 0 ? errorResponse(503, 'UNAVAILABLE', 'Come back later') : undefined)
    await run(create({}, { clientCertSource }))
    expect(server().requests.map(({ clientCertificate }) => clientCertificate)).toEqual(['client', 'client'])
  })

  test('an interceptor changes requests', async () => {
    const client = create()
    const set = (request: object) => ({ ...request, headers: { 'x-mine': 'yes' } })
    client.interceptors.push({ request: set } as never)
    await run(client)
    expect(server().requests).toMatchObject([{ apiKey: KEY, headers: { 'x-mine': 'yes' } }])
  })

  test('a timeout ends the wait for a response', async () => {
    fault = () => new Promise(() => {})
    const client = create({ timeout: 200, autoRetry: false } as never)
    await expect(run(client)).rejects.toThrow(/timeout|aborted/i)
  })

  test('the endpoint is that of the options, of the universe, or for mTLS', () => {
    const baseUrl = (options: ClientOptionsInput) => createClient(clientClass, { apiKey: KEY, ...options }).baseUrl
    const path = host === 'dns' ? '/dns/v1' : '/language/translate/v2'
    expect(baseUrl({})).toBe(`https://${host}.googleapis.com${path}`)
    expect(baseUrl({ universeDomain: 'example.test' })).toBe(`https://${host}.example.test${path}`)
    expect(baseUrl({ clientCertSource })).toBe(`https://${host}.mtls.googleapis.com${path}`)
    expect(baseUrl({ apiEndpoint: 'a.example:444' })).toBe(`https://a.example:444${path}`)
    expect(baseUrl({ apiEndpoint: 'https://a.example/base/' })).toBe(`https://a.example/base${path}`)
  })

  test('a base path comes before every path', async () => {
    await run(create({}, { apiEndpoint: `${server().url}/tenant-a` }))
    // A request that another test gave up may arrive late.
    const paths = server().requests.map(({ path }) => path)
    expect(paths).toContainEqual(expect.stringMatching(/^\/tenant-a\/(?:dns|language)\//))
  })

  test.each(['auth', 'authClient'])('an auth client that exists already, as %s', async name => {
    const authClient = new OAuth2Client()
    authClient.setCredentials({ access_token: 'token-of-mine', expiry_date: Date.now() + 3_600_000 })
    const existing = name === 'auth' ? new GoogleAuth({ authClient }) : authClient
    const extra = { projectId: 'project', [name]: existing }
    await run(createClient(clientClass, { apiEndpoint: server().address }, extra))
    expect(server().requests).toMatchObject([{ authorization: 'Bearer token-of-mine' }])
  })

  test('a class that does not pass its options on is refused', () => {
    class Forgetful extends (clientClass as typeof DNS) {
      constructor(_options: object) {
        super({})
      }
    }
    expect(() => createClient(Forgetful, { apiKey: KEY })).toThrow(
      expect.objectContaining({ code: 'unsupported_client', message: expect.stringContaining('Forgetful') }),
    )
  })
})
