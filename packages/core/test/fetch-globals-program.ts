/**
 * Creates every client and sends a request by it; prints which code reads the globals of Node's fetch meanwhile. It is
 * started by fetch-globals.test.ts in a process of its own; its argument is what is to be created.
 */
import type { LoopbackServer } from '@client-options/loopback'

import type { ClientOptionsInput } from '../src/index.ts'

/** What is created, in this order. */
export type Plan = readonly { client: string; server: LoopbackServer; options: ClientOptionsInput }[]

/** The lines of code that read such a global: while all is imported, clients are created, and requests are sent. */
export type Readers = Readonly<Record<'import' | 'create' | 'gRPC' | 'HTTP', readonly string[]>>

const readers: Record<keyof Readers, string[]> = { import: [], create: [], gRPC: [], HTTP: [] }
let phase: keyof Readers = 'import'

for (const name of ['Headers', 'Request', 'Response', 'FormData', 'fetch'] as const) {
  const global = Object.getOwnPropertyDescriptor(globalThis, name)
  Object.defineProperty(globalThis, name, {
    get() {
      // The frame after the one of this getter.
      readers[phase].push(`${name} ${new Error().stack?.split('\n')[2]?.trim()}`)
      return global?.get?.call(globalThis) ?? global?.value
    },
  })
}

const plan: Plan = JSON.parse(process.argv[2] ?? '')
const { clients } = await import('./clients/all.ts')
for (const { client: name, server, options } of plan) {
  const client = clients.find(known => known.name === name)
  if (client === undefined) throw new Error(`There is no client ${name}`)
  phase = 'create'
  const handle = client.create(server, options)
  phase = client.transport
  await handle.request()
  await handle.close()
}
console.log(JSON.stringify(readers satisfies Readers))
// The libraries keep connections and timers for a while.
process.exit()
