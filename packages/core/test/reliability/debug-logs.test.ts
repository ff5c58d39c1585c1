import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

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
import { afterAll, beforeAll, expect, test } from 'vitest'

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

const timeout = 60_000
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
    traces.set(name, new RegExp(line(text).replaceAll(/\W/g, '\\$&')))
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

test.concurrent('no secret is printed when nothing is asked for', { timeout }, () => expectNoSecrets({}))

test.concurrent('no secret is printed when every debug log is asked for', { timeout }, () =>
  expectNoSecrets({ NODE_DEBUG: '*', GRPC_TRACE: 'all', GRPC_VERBOSITY: 'DEBUG', GOOGLE_SDK_NODE_LOGGING: '*' }),
)

async function expectNoSecrets(environment: Record<string, string>): Promise<void> {
  const printed = await runProgram(environment)
  expect(printed).toContain('That was all.')
  for (const [name, trace] of traces) {
    const { index = -1 } = trace.exec(printed) ?? {}
    expect(index === -1 ? undefined : printed.slice(Math.max(0, index - 80), index + 20), name).toBeUndefined()
  }
  characters += printed.length
}

async function runProgram(environment: Record<string, string>): Promise<string> {
  const program = fileURLToPath(new URL('debug-log-program.ts', import.meta.url))
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authorityPath, NODE_OPTIONS: '', VITEST: '', ...environment }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, planPath], {
    env,
    maxBuffer: 2 ** 30,
  })
  return stdout + stderr
}

function secret(name: string): string {
  const text = `canary-${randomUUID()}`
  traces.set(name, new RegExp(text))
  return text
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
