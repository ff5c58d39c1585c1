/**
 * Sends a request in every way that the plan names, with each of its options, and prints what became of it, a line of
 * JSON for each. Its argument is the file that holds the plan.
 */
import { readFileSync } from 'node:fs'

import type { ClientOptions } from '@client-options/core'
import { optionsFromFile } from '@client-options/core/node'

import { runApplication } from './application.js'
import type { Plan } from './plan.js'
import { type Way, ways } from './ways.js'

const { endpoints, optionsFile, profiles, certificate }: Plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const everyWay: Readonly<Record<string, Way>> = { ...ways, NestJS: runApplication }

void main()

async function main(): Promise<void> {
  for (const [way, apiEndpoint] of Object.entries(endpoints)) {
    for (const profile of profiles) {
      const clientCertSource = profile.endsWith('certificate') ? () => certificate : undefined
      const load = () => optionsFromFile(optionsFile, { profile }).with({ apiEndpoint, clientCertSource })
      const outcome = await send(everyWay[way], load)
      process.stdout.write(`${JSON.stringify({ way, options: profile, ...outcome })}\n`)
    }
  }
  // The libraries keep connections and timers for a while.
  process.stdout.write('', () => process.exit())
}

async function send(way: Way | undefined, load: () => ClientOptions): Promise<object> {
  if (way === undefined) throw new Error('The plan names an unknown way')
  try {
    await way(load())
    return {}
  } catch (error) {
    return error instanceof Error ? { code: Reflect.get(error, 'code'), message: error.message } : { message: error }
  }
}
