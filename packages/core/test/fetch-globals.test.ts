import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import {
  createAuthority,
  type LoopbackServer,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { beforeAll, describe, expect, test } from 'vitest'

import type { ClientOptionsInput } from '../src/index.ts'
import { clients } from './clients/all.ts'
import type { Plan, Readers } from './fetch-globals-program.ts'

// The first touch of `Headers`, or of another global of fetch, loads all of Node's fetch: 20 ms of a cold start, which
// gRPC never needs, and HTTP not before the first request.

const servers = new Map<string, LoopbackServer>()
const program = fileURLToPath(new URL('fetch-globals-program.ts', import.meta.url))
const source = new URL('../src/', import.meta.url).href
let authorityPath: string
let credentialsFile: string

beforeAll(async () => {
  const authority = await createAuthority()
  trustAuthority(authority)
  const folder = await temporaryFolder()
  authorityPath = join(folder.path, 'authority.pem')
  writeFileSync(authorityPath, authority.certificate)
  credentialsFile = (await writeServiceAccount(folder.path)).path
  for (const client of clients) servers.set(client.name, await client.start(authority))
  return async () => {
    await Promise.all([...servers.values()].map(server => server.close()))
    await folder[Symbol.asyncDispose]()
  }
})

async function readersWith(options: ClientOptionsInput): Promise<Readers> {
  const plan: Plan = clients.flatMap(({ name, refuses = {} }) => {
    const server = servers.get(name)
    const isRefused = Object.keys(options).some(option => Object.hasOwn(refuses, option))
    return server === undefined || isRefused ? [] : [{ client: name, server, options }]
  })
  expect(plan.length).toBeGreaterThan(10)
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authorityPath, NODE_OPTIONS: '', VITEST: '' }
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(plan)], { env })
  return JSON.parse(stdout)
}

describe.each([
  ['an API key', () => ({ apiKey: 'K' })],
  ['a service account', () => ({ credentialsFile })],
])('with %s', (_credentials, options) => {
  test('no code of this package reads a global of fetch before it sends a request over HTTP', async () => {
    const { HTTP, ...others } = await readersWith(options())
    const ours = (lines: readonly string[]) => lines.filter(line => line.includes(source))
    expect(Object.values(others).flatMap(ours)).toEqual([])
    expect(ours(HTTP)).not.toEqual([])
  }, 60_000)
})

test.each(['google-cloud.js', 'google-cloud.cjs'])(
  'Node’s fetch is not loaded over gRPC: %s',
  async file => {
    const entry = new URL(`../dist/${file}`, import.meta.url).href
    const options = { apiEndpoint: servers.get('Vision, gRPC')?.address, apiKey: 'K' }
    const code = `
    import { ImageAnnotatorClient } from '@google-cloud/vision'
    import { createClient } from ${JSON.stringify(entry)}
    const client = createClient(ImageAnnotatorClient, ${JSON.stringify(options)})
    await client.batchAnnotateImages({ requests: [] })
    await client.close()
    console.log(JSON.stringify(process.moduleLoadList))
    process.exit()
  `
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: authorityPath, NODE_OPTIONS: '', VITEST: '' }
    const parameters = ['--input-type=module', '--eval', code]
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { env, cwd: import.meta.dirname })
    const loaded: string[] = JSON.parse(stdout)
    expect(loaded).toContain('NativeModule https')
    expect(loaded.filter(name => name.includes('undici'))).toEqual([])
  },
  60_000,
)
