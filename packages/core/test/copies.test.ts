import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { createAuthority, startHttpsServer, temporaryFolder, writeServiceAccount } from '@client-options/loopback'
import { expect, onTestFinished, test } from 'vitest'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const apiKey = 'CANARY-4f1c9a'

/**
 * Runs a program in a process in which both builds are loaded, `esm` and `commonJs`, and gives what it returns. Where
 * `require` cannot load an ES module, as on AWS Lambda, Node takes the CommonJS build for it.
 */
async function runWithBothCopies(body: string, input: object = {}, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const program = `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    const load = async name => [await import(name), require(name)]
    const [esm, commonJs] = await load('@client-options/core')
    const input = ${JSON.stringify(input)}
    process.stdout.write(JSON.stringify(await (async () => { ${body} })() ?? null))
  `
  const flags = ['--no-experimental-require-module', '--input-type=module']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--eval', program], {
    cwd: packageFolder,
    env: { ...process.env, ...env },
  })
  return JSON.parse(stdout)
}

test('two copies have two classes, and each takes the options of the other, with the secrets', async () => {
  const result = await runWithBothCopies(
    `
    const results = []
    for (const [one, other] of [[esm, commonJs], [commonJs, esm]]) {
      const theirs = new other.ClientOptions(input)
      const ours = new one.ClientOptions(input)
      const changed = theirs.with({ quotaProjectId: 'another' })
      results.push({
        isInstance: theirs instanceof one.ClientOptions,
        apiKey: one.ClientOptions.from(theirs).apiKey,
        equal: ours.equals(theirs),
        changed: ours.equals(changed),
        mapping: ours.equals(input),
        spread: one.ClientOptions.safeParse({ ...theirs }).success,
        host: one.resolveSettings(theirs, { host: 'vision.{universeDomain}' }).endpoint.host,
      })
    }
    return results
    `,
    { apiKey, universeDomain: 'example.com', scopes: ['a', 'b'] },
  )
  const expected = {
    isInstance: false,
    apiKey,
    equal: true,
    changed: false,
    mapping: false,
    spread: false,
    host: 'vision.example.com',
  }
  expect(result).toEqual([expected, expected])
})

test('a client of one copy is created with options of the other', async () => {
  const authority = await createAuthority()
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const roots = join(folder.path, 'roots.pem')
  await writeFile(roots, authority.certificate)
  const server = await startHttpsServer({ authority, handler: () => ({ body: {} }) })
  onTestFinished(() => server.close())
  await runWithBothCopies(
    `
    const [{ createFetch }] = await load('@client-options/core/fetch')
    const [, { createClient }] = await load('@client-options/core/google-cloud')
    const options = { ...input.options, clientCertSource: () => input.certificate }
    const fetch = createFetch(new commonJs.ClientOptions(options), { host: 'vision.{universeDomain}' })
    await fetch('/v1')
    const { ImageAnnotatorClient } = require('@google-cloud/vision')
    const client = createClient(ImageAnnotatorClient, new esm.ClientOptions(options), { fallback: true })
    await client.batchAnnotateImages({ requests: [] })
    `,
    { options: { apiKey, apiEndpoint: server.url }, certificate: await authority.issue({ commonName: 'both' }) },
    { NODE_EXTRA_CA_CERTS: roots },
  )
  const seen = { apiKey, clientCertificate: 'both' }
  expect(server.requests).toMatchObject([seen, seen])
})

test('each copy rotates the certificate of a client that the other made, and gives nothing of it away', async () => {
  const authority = await createAuthority()
  const result = await runWithBothCopies(
    `
    const [esmNode, commonJsNode] = await load('@client-options/core/node')
    const [esmHttps, commonJsHttps] = await load('@client-options/core/https')
    let calls = 0
    const clientCertSource = () => { calls++; return input }
    const given = [
      await esmNode.rotateClientCertificate(commonJsHttps.createAgent({ clientCertSource })),
      await commonJsNode.rotateClientCertificate(esmHttps.createAgent({ clientCertSource })),
    ]
    const agent = esmHttps.createAgent({ clientCertSource })
    const shared = Object.getOwnPropertySymbols(globalThis).map(key => globalThis[key])
    const rotate = shared.find(value => value instanceof WeakMap && value.has(agent)).get(agent)
    given.push(await rotate())
    return { calls, given: given.map(String) }
    `,
    await authority.issue({ commonName: 'rotated' }),
  )
  expect(result).toEqual({ calls: 3, given: ['undefined', 'undefined', 'undefined'] })
})

test('where options came from is known to each copy, whichever loaded them', async () => {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const path = join(folder.path, 'options.yaml')
  await writeFile(path, `apiEndpoint: http://10.0.0.1\nquotaProjectId: p\npolicy: { apiKey: false }\n`)
  const result = await runWithBothCopies(
    `
    const nodes = await load('@client-options/core/node')
    return [[esm, nodes[1]], [commonJs, nodes[0]]].flatMap(([{ ClientOptions, resolveSettings }, other]) => {
      const loaded = other.loadClientOptions({ layers: [{ credentialsFile: 'c.json' }, other.optionsFromFile(input.path),
        other.optionsFromEnvironment({ prefix: 'APP_', env: { APP_SCOPES: 'a' } })] })
      return [loaded, ClientOptions.from(loaded), ClientOptions.from(loaded).with({ quotaProjectId: 'q' })].map(options => {
        const { origins } = resolveSettings(options.with({ credentialsFile: null }), { host: 'x.{universeDomain}' }, { env: {} })
        const explained = nodes.map(node => node.explainOptions(options))
        return [origins.endpoint, origins.quotaProjectId, origins.scopes, JSON.stringify(explained[0]) === JSON.stringify(explained[1])]
      })
    })
    `,
    { path },
  )
  const file = [`file:${path}:1`, `file:${path}:2`, 'environment:APP_SCOPES', true]
  const changed = [`file:${path}:1`, 'option', 'environment:APP_SCOPES', true]
  expect(result).toEqual([file, file, changed, file, file, changed])
})

test('each copy rotates the credentials of a client that the other made, and gives nothing of it away', async () => {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const { key } = await writeServiceAccount(folder.path)
  const result = await runWithBothCopies(
    `
    const [esmNode, commonJsNode] = await load('@client-options/core/node')
    const [esmFetch, commonJsFetch] = await load('@client-options/core/fetch')
    let calls = 0
    const credentials = () => { calls++; return input }
    const create = (one, other) => one.createFetch(new other.ClientOptions({ credentials }), { host: 'a.example' })
    const given = [
      await esmNode.rotateCredentials(create(commonJsFetch, esm)),
      await commonJsNode.rotateCredentials(create(esmFetch, commonJs)),
    ]
    const fetch = create(esmFetch, esm)
    const rotate = globalThis[Symbol.for('@client-options/core:credentialRotations')].get(fetch)
    given.push(await rotate())
    const equal = new esm.ClientOptions({ credentials: input }).equals(new commonJs.ClientOptions({ credentials: input }))
    return { calls, equal, given: given.map(String) }
    `,
    key,
  )
  expect(result).toEqual({ calls: 3, equal: true, given: ['undefined', 'undefined', 'undefined'] })
})

test('a certificate error of the other copy keeps its code', async () => {
  const result = await runWithBothCopies(`
    const [{ ClientCertificateError }] = await load('@client-options/core/google-cloud')
    const [, { rotateClientCertificate }] = await load('@client-options/core/node')
    const [, { createAgent }] = await load('@client-options/core/https')
    const clientCertSource = () => { throw new ClientCertificateError('key_mismatch', 'of the other copy') }
    return rotateClientCertificate(createAgent({ clientCertSource })).catch(({ code, message }) => ({ code, message }))
  `)
  expect(result).toEqual({ code: 'key_mismatch', message: 'Cannot use the client certificate: of the other copy' })
})

test('a policy of one copy holds for the other, and cannot be taken back; each copy describes what the other made', async () => {
  const result = await runWithBothCopies(
    `
    const [esmNode, commonJsNode] = await load('@client-options/core/node')
    const [esmFetch, commonJsFetch] = await load('@client-options/core/fetch')
    esmNode.restrict({ plaintext: false })
    const attempt = action => { try { return action() } catch ({ name, code }) { return { name, code } } }
    const service = { host: 'vision.{universeDomain}' }
    const plain = { apiEndpoint: 'http://localhost:1' }
    const refused = [esmFetch, commonJsFetch].map(({ createFetch }) => attempt(() => createFetch(plain, service)))
    for (const key of Object.getOwnPropertySymbols(globalThis)) {
      attempt(() => { globalThis[key] = undefined })
      attempt(() => { delete globalThis[key] })
      attempt(() => { globalThis[key].all().length = 0 })
    }
    refused.push(attempt(() => commonJsFetch.createFetch(plain, service)))
    const described = [
      esmNode.describeClient(commonJsFetch.createFetch(input, service)),
      commonJsNode.describeClient(esmFetch.createFetch(input, service)),
    ]
    return { refused, described: described.map(({ summary }) => summary) }
    `,
    { apiKey },
  )
  const refusal = { name: 'ClientPolicyError', code: 'policy_violation' }
  const summary = 'https://vision.googleapis.com/ over HTTP, API key [hidden]'
  expect(result).toEqual({ refused: [refusal, refusal, refusal], described: [summary, summary] })
})

test('an extension accepts the options of another copy, with the secrets', async () => {
  const result = await runWithBothCopies(
    `
    const own = { region: { kind: 'string' } }
    const results = []
    for (const [one, other] of [[esm, commonJs], [commonJs, esm]]) {
      const { from, safeParse } = one.extendClientOptions(own)
      const options = from(new other.ClientOptions(input)).with({ region: 'north' })
      results.push({
        isInstance: options.clientOptions instanceof one.ClientOptions,
        apiKey: options.clientOptions.apiKey,
        region: options.region,
        extended: safeParse(other.extendClientOptions(own).from({ region: 'north' })).success,
      })
    }
    return results
    `,
    { apiKey },
  )
  // The options of an extension are of that one alone.
  const expected = { isInstance: true, apiKey, region: 'north', extended: false }
  expect(result).toEqual([expected, expected])
})
