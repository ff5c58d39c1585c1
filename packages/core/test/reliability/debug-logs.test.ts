import { spawn, type StdioOptions } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import {
  authorizedUser,
  createAuthority,
  encryptKey,
  externalAccount,
  externalAccountAuthorizedUser,
  gdchServiceAccount,
  impersonatedServiceAccount,
  type LoopbackServer,
  recordFigure,
  startTokenServer,
  temporaryFolder,
  writeCredentials,
  writeServiceAccount,
} from '@client-options/loopback'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import type { ClientOptionsInput } from '../../src/index.ts'
import { clients } from '../clients/all.ts'

/** What debug-log-program.ts is told. */
export interface DebugLogPlan {
  readonly certificate: {
    readonly certPath: string
    readonly keyPath: string
    readonly passphrase: string
    readonly key: string
  }
  readonly runs: readonly Run[]
}

interface Run {
  readonly client: string
  readonly server: LoopbackServer
  readonly options: ClientOptionsInput
  readonly source: 'plain' | 'encrypted' | 'wrong passphrase' | 'out of order'
}

vi.setConfig({ testTimeout: 120_000 })
let characters = 0
afterAll(() => recordFigure('Canary secrets', 'characters of debug logs looked through', characters))

const authority = await createAuthority()
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
/** What a secret is known by; of tokens, which cannot be planted, that is their form. */
const traces = new Map([
  ['token of the token server', /\b(?:refresh|exchange|impersonation|gdch)-token-\d/],
  ['signed token', /\beyJhbGciOi/],
])
const servers: LoopbackServer[] = []
const planPath = join(folder.path, 'plan.json')
const authorityPath = join(folder.path, 'authority.crt')

beforeAll(async () => {
  const tokens = await startTokenServer({ authority })
  servers.push(tokens)
  const { cert, key } = await authority.issue({ commonName: 'client' })
  const certificate = {
    certPath: write('client.crt', cert),
    keyPath: '',
    passphrase: secret('passphrase'),
    key,
  }
  certificate.keyPath = write('client.key', encryptKey(key, certificate.passphrase))
  const account = await writeServiceAccount(folder.path)
  const user = authorizedUser(tokens)
  const workforceUser = externalAccountAuthorizedUser(tokens)
  const { content: gdch } = await gdchServiceAccount(tokens)
  for (const [name, text] of Object.entries({
    'private key': key,
    "service account's key": account.key.private_key,
    "GDCH service account's key": gdch.private_key,
    'client secret': user.client_secret,
    'refresh token': user.refresh_token,
    "workforce user's client secret": workforceUser.client_secret,
    "workforce user's refresh token": workforceUser.refresh_token,
  })) {
    traces.set(name, traceOf(line(text)))
  }
  const subject = write('subject', secret('token to exchange'))
  const credentials: ClientOptionsInput[] = [{ apiKey: secret('API key') }, { credentialsFile: account.path }]
  const ofUniverse = [
    user,
    workforceUser,
    externalAccount(tokens, { file: subject }),
    impersonatedServiceAccount(tokens, user),
  ]
  for (const content of [...ofUniverse, gdch]) {
    credentials.push({ credentialsFile: await writeCredentials(folder.path, content), universeDomain: 'localhost' })
  }
  const runs: Run[] = []
  for (const client of clients) {
    const server = await client.start(authority)
    servers.push(server)
    const given = client.refuses === undefined ? credentials : [{}]
    for (const [index, options] of given.entries()) {
      runs.push({ client: client.name, server, options, source: index % 2 === 0 ? 'plain' : 'encrypted' })
    }
    for (const source of ['wrong passphrase', 'out of order'] as const) {
      runs.push({ client: client.name, server, options: given[0] ?? {}, source })
    }
  }
  writeFileSync(authorityPath, authority.certificate)
  writeFileSync(planPath, JSON.stringify({ certificate, runs } satisfies DebugLogPlan))
  return async () => void (await Promise.all(servers.map(server => server.close())))
})

test.concurrent('no secret is printed when nothing is asked for', async () => {
  expect(await runProgram({})).toContain('That was all.')
})

test.concurrent('no secret is printed when every debug log is asked for', async () => {
  const logs = { NODE_DEBUG: '*', GRPC_TRACE: 'all', GRPC_VERBOSITY: 'DEBUG', GOOGLE_SDK_NODE_LOGGING: '*' }
  const printed = await runProgram(logs)
  expect(printed).toContain('That was all.')
  for (const line of [
    /^HTTP \d+: /m,
    /^HTTP2 \d+: /m,
    /^TLS \d+: /m,
    /\| subchannel \|/,
    /\[auth\|DEBUG\]/,
    /\[vision\|INFO\]/,
  ]) {
    expect(printed).toMatch(line)
  }
})

test('what is looked for is what was planted, and what the servers were sent', async () => {
  const files = readdirSync(folder.path).map(name => readFileSync(join(folder.path, name), 'utf8'))
  const requests = servers.flatMap(server => server.requests)
  const sent = requests.map(({ headers, body }) => JSON.stringify(headers) + Buffer.from(body).toString())
  expect([...shownIn([...files, ...sent].join('\n')).keys()]).toEqual([...traces.keys()])
})

/** The names of the secrets that show in a text, each with what stands before it. */
function shownIn(text: string): Map<string, string> {
  const shown = new Map<string, string>()
  for (const [name, trace] of traces) {
    const found = trace.exec(text)
    if (found !== null) shown.set(name, text.slice(Math.max(0, found.index - 80), found.index + 20))
  }
  return shown
}

/** Gives what the program prints, in which no secret may show. It goes to a file, since a process that exits does not wait for a pipe to be read. */
async function runProgram(environment: Record<string, string>): Promise<string> {
  const program = fileURLToPath(new URL('debug-log-program.ts', import.meta.url))
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authorityPath, NODE_OPTIONS: '', VITEST: '', ...environment }
  const path = join(folder.path, `${randomUUID()}.log`)
  const output = openSync(path, 'w')
  try {
    const stdio: StdioOptions = ['ignore', output, output]
    const [code] = await once(spawn(process.execPath, [program, planPath], { env, stdio }), 'close')
    expect(code).toBe(0)
    // With NODE_DEBUG=stream, Node prints the first fifty bytes of whatever goes through a stream: what is sent.
    const printed = readFileSync(path, 'utf8').replaceAll(/^(STREAM \d+: \w+) <Buffer [^>]*>/gm, '$1')
    expect(shownIn(printed)).toEqual(new Map())
    characters += printed.length
    return printed
  } finally {
    closeSync(output)
  }
}

function secret(name: string): string {
  const text = `canary-${randomUUID()}`
  traces.set(name, traceOf(text))
  return text
}

/** How a secret shows: as it is, or as its first bytes, in the two ways in which Node prints a buffer. */
function traceOf(text: string): RegExp {
  const bytes = [...Buffer.from(text).subarray(0, 16)]
  const hex = bytes.map(byte => byte.toString(16).padStart(2, '0')).join(' ')
  return new RegExp([text.replaceAll(/\W/g, '\\$&'), hex, bytes.join(',\\s*')].join('|'))
}

/** Of a PEM a line, since whatever prints it may change the ends of its lines. */
function line(text: string): string {
  return text.split('\n').find(part => /^[\w+/-]{30,}/.test(part)) ?? text
}

function write(name: string, text: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return path
}
