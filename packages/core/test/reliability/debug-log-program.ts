/**
 * Sends requests with every client, of which some fail, and prints all that a careless programmer would. It is started by
 * debug-logs.test.ts in a process of its own, since what debug logs show is decided when a process starts; its argument
 * is the file that says where the servers are.
 */
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'

import { ClientOptions, type ClientOptionsInput, resolveSettings } from '../../src/index.ts'
import { clients } from '../clients/all.ts'
import type { DebugLogPlan } from './debug-logs.test.ts'

const plan: DebugLogPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))

const { certPath, keyPath, passphrase, key } = plan.certificate
const sources: Record<DebugLogPlan['runs'][number]['source'], ClientOptionsInput> = {
  plain: { clientCertSource: () => ({ cert: readFileSync(certPath), key }) },
  encrypted: { clientEncryptedCertSource: () => ({ certPath, keyPath, passphrase }) },
  'wrong passphrase': { clientEncryptedCertSource: () => ({ certPath, keyPath, passphrase: passphrase.slice(1) }) },
  'out of order': {
    clientCertSource() {
      throw new Error('the vault is sealed')
    },
  },
}

async function run({ client, server, options, source }: DebugLogPlan['runs'][number]): Promise<void> {
  const given = { ...options, ...sources[source] }
  const all = { apiEndpoint: server.address, ...given }
  console.log(client, ClientOptions.from(all), resolveSettings(all, { host: 'a.example' }, { env: {} }))
  const handle = clients.find(({ name }) => name === client)?.create(server, given)
  const result: unknown = await handle?.request().catch((error: unknown) => error)
  console.log(client, source, result)
  // An error of Bigtable is in its own list of errors.
  const withoutCycle = (key: string, value: unknown): unknown => (key !== '' && value === result ? undefined : value)
  console.error(inspect(result, { depth: 10, showHidden: true }), JSON.stringify(result, withoutCycle))
  await handle?.close()
}

await Promise.all(plan.runs.map(run))
console.log('That was all.')
// The libraries keep connections and timers for a while.
process.exit()
