import { join } from 'node:path'

import {
  type CertificateAuthority,
  createAuthority,
  type IssuedCertificate,
  type LoopbackHandler,
  type LoopbackServer,
  startHttpsServer,
  writeServiceAccount,
} from '@client-options/loopback'
import { onTestFinished } from 'vitest'

import { type Ended, openWorkspace, type Workspace } from './run-program.ts'

/** A workspace in which nothing is at fault, until a test changes something. */
export interface DoctorWorkspace extends Workspace {
  readonly authority: CertificateAuthority
  readonly server: LoopbackServer
  /** Options for the server, with a client certificate and a service account. */
  readonly options: Readonly<Record<string, unknown>>
  /** Runs `doctor` with these options in a file. */
  readonly examine: (options: object, env?: NodeJS.ProcessEnv, ...args: readonly string[]) => Promise<Examined>
}

/** What doctor printed as JSON. */
export interface Examined extends Ended {
  /** `ok`, or the code, by check. */
  readonly found: Readonly<Record<string, string>>
  readonly messages: Readonly<Record<string, string>>
}

/** Starts a server that requires a client certificate, and writes what a client of it needs. */
export async function openDoctorWorkspace(handler: LoopbackHandler = () => ({ body: {} })): Promise<DoctorWorkspace> {
  const workspace = await openWorkspace()
  const authority = await createAuthority()
  const server = await startHttpsServer({ authority, handler })
  onTestFinished(() => server.close())
  await workspace.write('authority.pem', authority.certificate)
  await writePair(workspace, await authority.issue({ commonName: 'alice' }))
  const { key } = await writeServiceAccount(workspace.path)
  await workspace.write('account.json', key)
  const options = {
    apiEndpoint: server.url,
    credentialsFile: 'account.json',
    clientCertificateFile: 'client.pem',
    clientCertificateKeyFile: 'client-key.pem',
  }

  async function examine(options: object, env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<Examined> {
    await workspace.write('options.json', options)
    const ended = await workspace.run(['doctor', 'vision', '--file', 'options.json', '--json', ...args], {
      NODE_EXTRA_CA_CERTS: join(workspace.path, 'authority.pem'),
      ...env,
    })
    return { ...ended, ...parseFindings(ended) }
  }
  return { ...workspace, authority, server, options, examine }
}

/** Writes a certificate and a key as the options of the workspace name them. */
export async function writePair({ write }: Workspace, { cert, key }: IssuedCertificate): Promise<void> {
  await write('client.pem', cert)
  await write('client-key.pem', key)
}

function parseFindings({ stdout, stderr }: Ended): Pick<Examined, 'found' | 'messages'> {
  if (stdout === '') throw new Error(`doctor printed nothing\n${stderr}`)
  const { findings }: { findings: { check: string; status: string; code?: string; message: string }[] } =
    JSON.parse(stdout)
  return {
    found: Object.fromEntries(findings.map(({ check, status, code }) => [check, code ?? status])),
    messages: Object.fromEntries(findings.map(({ check, message }) => [check, message])),
  }
}
