/**
 * Sends a request in every way that the plan names, with each of its options, and prints what became of it, a line of
 * JSON for each. Its argument is the file that holds the plan.
 */
import { readFileSync } from 'node:fs'

import { ClientOptions } from '@client-options/core'

import { runApplication } from './application.js'
import type { Plan } from './plan.js'
import { type Way, ways } from './ways.js'

const { endpoints, options, certificate }: Plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const everyWay: Readonly<Record<string, Way>> = { ...ways, NestJS: runApplication }

void main()

async function main(): Promise<void> {
  for (const [way, apiEndpoint] of Object.entries(endpoints)) {
    for (const [name, mapping] of Object.entries(options)) {
      const clientCertSource = name.endsWith('certificate') ? () => certificate : undefined
      const outcome = await send(everyWay[way], { ...mapping, apiEndpoint, clientCertSource })
      process.stdout.write(`${JSON.stringify({ way, options: name, ...outcome })}\n`)
    }
  }
  // The libraries keep connections and timers for a while.
  process.stdout.write('', () => process.exit())
}

async function send(way: Way | undefined, mapping: object): Promise<object> {
  if (way === undefined) throw new Error('The plan names an unknown way')
  try {
    await way(ClientOptions.from(mapping))
    return {}
  } catch (error) {
    return error instanceof Error ? { code: Reflect.get(error, 'code'), message: error.message } : { message: error }
  }
}
