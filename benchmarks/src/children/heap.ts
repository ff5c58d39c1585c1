// Makes a million objects of one kind; prints the bytes that each keeps, and the nanoseconds that each took.
import '../environment.ts'
import { ClientOptions } from '@client-options/core'

import { frozen } from '../validators/implementation.ts'
import { full } from '../validators/inputs.ts'

const COUNT = 1_000_000
const small = { apiEndpoint: full.apiEndpoint, quotaProjectId: full.quotaProjectId }
const kinds: Readonly<Record<string, () => object>> = {
  'ClientOptions, full': () => new ClientOptions(full),
  'ClientOptions, small': () => new ClientOptions(small),
  'frozen literal, full': () => frozen(full),
  'frozen literal, small': () => frozen(small),
}

const make = kinds[process.argv[2] ?? '']
if (make === undefined) throw new Error(`one of: ${Object.keys(kinds).join(', ')}`)
for (let count = 0; count < 10_000; count++) make()
// Filled at once, so that the growth of the list is not counted.
const kept: unknown[] = Array.from({ length: COUNT }, () => undefined)
const before = heapUsed()
const start = performance.now()
for (let index = 0; index < COUNT; index++) kept[index] = make()
const time = performance.now() - start
const bytes = (heapUsed() - before) / COUNT
console.log(JSON.stringify({ bytes, nanoseconds: (time * 1e6) / COUNT, count: kept.length }))

function heapUsed(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
