import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import {
  createAuthority,
  type LoopbackServer,
  type LoopbackServerOptions,
  type SeenRequest,
  startBigQueryServer,
  startDriveServer,
  startStorageServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  writeServiceAccount,
} from '@client-options/loopback'

import { environment } from '../../vitest.environment.ts'
import type { Plan } from './program/plan.ts'

/** How each way of the program is served. */
const servers: Readonly<Record<string, (options: LoopbackServerOptions) => Promise<LoopbackServer>>> = {
  'Vision over gRPC': startVisionGrpcServer,
  'Vision over REST': startVisionHttpsServer,
  Storage: startStorageServer,
  BigQuery: startBigQueryServer,
  createFetch: startVisionHttpsServer,
  createAuth: startVisionHttpsServer,
  googleapisOptions: startDriveServer,
  grpcClientArguments: startVisionGrpcServer,
  createAgent: startVisionHttpsServer,
  NestJS: startVisionGrpcServer,
}

/** What became of a run of the program. */
export interface Observation {
  /** The errors that it printed. */
  readonly errors: readonly string[]
  /** What each server saw of the clients, a line for each of the options. */
  readonly seen: Readonly<Record<string, readonly string[]>>
}

// The options' names are their quota projects too, so that each request tells which it was made with.
const authenticated = [
  'key: API key, no certificate',
  'account: service account, no certificate',
  'key-with-certificate: API key, certificate',
  'account-with-certificate: service account, certificate',
]

/** What is observed when every option takes effect in every client. */
export const allInEffect: Observation = {
  errors: [],
  seen: {
    'Vision over gRPC': authenticated,
    'Vision over REST': authenticated,
    Storage: authenticated,
    BigQuery: authenticated,
    createFetch: authenticated,
    createAuth: authenticated,
    googleapisOptions: authenticated,
    grpcClientArguments: authenticated,
    // An agent has no say in headers.
    createAgent: ['none: nothing, no certificate', 'none: nothing, certificate'],
    NestJS: authenticated,
  },
}

/** Runs the program against servers of its own. */
export async function observe(command: string, args: readonly string[]): Promise<Observation> {
  await using folder = await temporaryFolder()
  const authority = await createAuthority()
  const account = await writeServiceAccount(folder.path)
  const started = new Map<string, LoopbackServer>()
  for (const [way, start] of Object.entries(servers)) {
    started.set(way, await start({ authority, requireClientCertificate: false }))
  }

  const optionsFile = join(folder.path, 'options.yaml')
  const profiles = ['key', 'account', 'key-with-certificate', 'account-with-certificate']
  await writeFile(optionsFile, profileText(profiles, account.path))
  const plan: Plan = {
    endpoints: Object.fromEntries([...started].map(([name, { url }]) => [name, url])),
    optionsFile,
    profiles,
    certificate: await authority.issue({ commonName: 'client' }),
  }
  const planPath = join(folder.path, 'plan.json')
  await writeFile(planPath, JSON.stringify(plan))
  const lines = await run(command, [...args, planPath], await trustIn(authority.certificate, folder.path))
  const seen = Object.fromEntries([...started].map(([name, { requests }]) => [name, describe(requests, account.key)]))
  for (const server of started.values()) await server.close()
  const errors = lines.filter(line => 'message' in JSON.parse(line))
  return { errors, seen }
}

function profileText(profiles: readonly string[], account: string): string {
  const sections = profiles.map(name => {
    const credentials = name.startsWith('key') ? 'apiKey: key' : `credentialsFile: ${account}`
    return `  ${name}:\n    quotaProjectId: ${name}\n    ${credentials}\n`
  })
  return `profiles:\n${sections.join('')}`
}

/** Runs a program; gives the lines that it prints, and throws what it says when it fails. */
export async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  const { stdout } = await promisify(execFile)(command, args, { env, timeout: 120_000 })
  return stdout.trim().split('\n')
}

/** The environment of a program that trusts an authority, by a file in the folder. */
export async function trustIn(certificate: string, folder: string): Promise<NodeJS.ProcessEnv> {
  const path = join(folder, 'authority.pem')
  await writeFile(path, certificate)
  return { ...process.env, ...environment, NODE_EXTRA_CA_CERTS: path }
}

function describe(requests: readonly SeenRequest[], { client_email: account }: { client_email: string }): string[] {
  const lines = requests.map(({ quotaProject = 'none', apiKey, token, clientCertificate }) => {
    const credentials = apiKey === 'key' ? 'API key' : token?.issuer === account ? 'service account' : 'nothing'
    return `${quotaProject}: ${credentials}, ${clientCertificate === 'client' ? 'certificate' : 'no certificate'}`
  })
  return [...new Set(lines)]
}
