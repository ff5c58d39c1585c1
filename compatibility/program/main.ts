/**
 * Runs in a folder where npm installed this package and one generation of Google's libraries, and prints what became of
 * each option in each client, a line of JSON for each. Its argument is the file that holds the plan.
 */
import { readFileSync } from 'node:fs'

import { type CertificateAuthority, openAuthority, temporaryFolder } from '@client-options/loopback'

import type { ClientUnderTest } from '../../packages/core/test/clients/client-under-test.ts'
import { everyClient } from '../../packages/core/test/clients/every-client.ts'
import { type Load, loadLibraries } from '../../packages/core/test/clients/load-libraries.ts'
import { createEvidence, optionNames } from '../../packages/core/test/effects/effects.ts'
import { type Outcome, tryOption } from '../../packages/core/test/effects/try-option.ts'
import { lookAtPlainClients, type PlainClient } from './plain-clients.ts'

/** What the harness asks for. */
export interface Plan {
  /** This process trusts it already: `NODE_EXTRA_CA_CERTS` named it when it started. */
  readonly authority: Pick<CertificateAuthority, 'certificate' | 'key'>
  /** The names of the clients to run; all of them when left out. */
  readonly clients?: readonly string[]
}

/** An option in a client. */
export interface Cell {
  readonly client: string
  readonly option: string
  readonly outcome: Outcome
  /** The code of the error by which the client should refuse the option. */
  readonly refusal?: string
}

/** An error that nobody caught; a program that does not go on after one would not tell of the other clients. */
export interface Uncaught {
  readonly uncaught: string
}

/** @param load How the program's format loads a module: `require`, or `import`. */
export async function main(load: Load): Promise<void> {
  process.on('uncaughtException', ({ stack = '' }) => print({ uncaught: stack.split('\n', 2).join('') }))
  const plan: Plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
  const authority = await openAuthority(plan.authority)
  const { libraries, loadEntries } = await loadLibraries(load)
  const every = everyClient(libraries)
  const clients = every.filter(({ name }) => plan.clients?.includes(name) ?? true)
  if (plan.clients !== undefined && clients.length !== plan.clients.length) throw new Error('No client has such a name')
  const folder = await temporaryFolder()
  for (const plain of await lookAtPlainClients(clients, authority, folder.path, loadEntries)) print(plain)
  for (const client of clients) await tryClient(client, authority, folder.path)
  await folder[Symbol.asyncDispose]()
  // The libraries keep connections and timers for a while.
  process.stdout.write('', () => process.exit())
}

async function tryClient(client: ClientUnderTest, authority: CertificateAuthority, folder: string): Promise<void> {
  const evidence = await createEvidence(authority, folder)
  const server = await client.start(authority)
  for (const option of optionNames(evidence)) {
    const outcome = await tryOption(client, server, evidence, option)
    const refusal = client.refuses?.[option]
    print({ client: client.name, option, outcome, ...(refusal !== undefined && { refusal }) })
  }
  await server.close()
  await evidence.close()
}

function print(line: Cell | PlainClient | Uncaught): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
