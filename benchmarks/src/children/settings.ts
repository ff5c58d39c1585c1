// Measures what is done with options once they are there; prints the nanoseconds of each call.
import '../environment.ts'
import { inspect } from 'node:util'

import { ClientOptions, resolveSettings } from '@client-options/core'

import { nanoseconds } from '../measure.ts'
import { full } from '../validators/inputs.ts'

const options = new ClientOptions(full)
const literal = Object.freeze({ ...full, apiKey: '[hidden]', clientCertSource: '[Function]' })
const service = {
  host: 'vision.{universeDomain}',
  scopes: ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/cloud-vision'],
}

const calls: Readonly<Record<string, () => unknown>> = {
  'resolveSettings(options, service, { env: {} })': () => resolveSettings(options, service, { env: {} }),
  'resolveSettings(mapping, service, { env: {} })': () => resolveSettings(full, service, { env: {} }),
  "resolveSettings(options, service), the process's environment": () => resolveSettings(options, service),
  'options.with({ quotaProjectId })': () => options.with({ quotaProjectId: 'another' }),
  'limit: Object.freeze({ ...literal, quotaProjectId })': () =>
    Object.freeze({ ...literal, quotaProjectId: 'another' }),
  'options.equals(another)': equality(),
  'options.toJSON()': () => options.toJSON(),
  'JSON.stringify(options)': () => JSON.stringify(options),
  'limit: JSON.stringify(literal), nothing to hide': () => JSON.stringify(literal),
  'inspect(options)': () => inspect(options),
  'limit: inspect(literal), nothing to hide': () => inspect(literal),
}

for (const call of Object.values(calls)) for (let count = 0; count < 5000; count++) call()
const results: Record<string, number> = {}
for (const [title, call] of Object.entries(calls)) results[title] = await nanoseconds(call)
console.log(JSON.stringify(results))

function equality(): () => unknown {
  const another = new ClientOptions(full)
  return () => options.equals(another)
}
