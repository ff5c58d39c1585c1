// Creates many clients of one kind, each with other options, and closes them; prints what each took, and what is left.
import '../environment.ts'
import { setTimeout } from 'node:timers/promises'

import { createClient } from '@client-options/core/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'

/** Of each client; `left` is how many of all are still there after they were closed and collected. */
export interface Created {
  readonly milliseconds: number
  readonly bytes: number
  readonly left: number
}

const kinds: Readonly<Record<string, (index: number) => ImageAnnotatorClient>> = {
  bare: index =>
    new ImageAnnotatorClient({ apiEndpoint: `host-${index}.example`, apiKey: `K${index}`, projectId: 'benchmark' }),
  'with options': index =>
    createClient(
      ImageAnnotatorClient,
      { apiEndpoint: `host-${index}.example`, apiKey: `K${index}` },
      { projectId: 'benchmark' },
    ),
}

const [kind = '', count = ''] = process.argv.slice(2)
const create = kinds[kind]
if (create === undefined) throw new Error(`one of: ${Object.keys(kinds).join(', ')}`)
// What the first ones load is shared by all.
for (let index = 0; index < 20; index++) await create(index).close()

const before = await heapUsed()
const start = performance.now()
let clients = Array.from({ length: Number(count) }, (_, index) => create(index))
const milliseconds = (performance.now() - start) / clients.length
const bytes = ((await heapUsed()) - before) / clients.length
const references = clients.map(client => new WeakRef(client))
await Promise.all(clients.map(client => client.close()))
clients = []
await heapUsed()
const left = references.filter(reference => reference.deref() !== undefined).length
console.log(JSON.stringify({ milliseconds, bytes, left } satisfies Created))
process.exit()

/** A weak reference lets go in another turn of the event loop, and what a client has begun ends in one. */
async function heapUsed(): Promise<number> {
  await setTimeout(100)
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
