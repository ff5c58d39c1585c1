import { equal } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'

import type { LoopbackServer } from '@client-options/loopback'

import type { ClientOptionsInput, OptionName } from '../../src/index.ts'
import { type ClientUnderTest, type Handle, REQUEST_LIMIT } from '../clients/client-under-test.ts'
import type { Evidence } from './effects.ts'

/** What became of an option: `lost` means that the request succeeded without it. */
export type Outcome =
  | { readonly result: 'in effect' }
  | { readonly result: 'refused'; readonly code: string; readonly message: string }
  | { readonly result: 'lost' | 'failed'; readonly message: string }

/** For a client whose library never answers; longer than the limits that clients have themselves. */
const LONGEST_REQUEST = REQUEST_LIMIT + 1000

/** Gives a client the option in each way that it is shown with, and judges by what the server saw. */
export async function tryOption(
  client: ClientUnderTest,
  server: LoopbackServer,
  evidence: Evidence,
  name: OptionName,
): Promise<Outcome> {
  const outcomes: Outcome[] = []
  for (const given of evidence.effects[name].options(server)) {
    // Without the options of the row that the client refuses, other than the one that it is about.
    const taken = Object.entries(given).filter(([other]) => other === name || client.refuses?.[other] === undefined)
    outcomes.push(await trySet(client, server, evidence, name, Object.fromEntries(taken)))
  }
  if (name === 'universeDomain') outcomes.push(...foreignOutcomes(client, server, evidence))
  const [first = { result: 'failed', message: 'Nothing was tried' }] = outcomes
  const other = outcomes.find(outcome => !isSame(outcome, first))
  if (other === undefined) return first
  return { result: 'failed', message: outcomes.map(describeOutcome).join('; ') }
}

async function trySet(
  client: ClientUnderTest,
  server: LoopbackServer,
  { effects, reset }: Evidence,
  name: OptionName,
  given: ClientOptionsInput,
): Promise<Outcome> {
  server.requests.length = 0
  reset()
  const { environment = () => ({}) } = effects[name]
  using _variables = withVariables(environment(server))
  let handle: Handle
  try {
    handle = client.create(server, given)
  } catch (error) {
    return outcomeOfCreation(error)
  }
  try {
    await Promise.race([handle.request(), failAfter(LONGEST_REQUEST)])
  } catch (error) {
    return { result: 'failed', message: String(error) }
  } finally {
    await handle.close()
  }
  try {
    equal(server.requests.length, client.requestsPerCall ?? 1, 'the number of requests')
    for (const seen of server.requests) await effects[name].check(seen, given, server)
  } catch (error) {
    return { result: 'lost', message: String(error) }
  }
  return { result: 'in effect' }
}

/** Sets environment variables until it is disposed of. */
function withVariables(variables: Readonly<Record<string, string>>): Disposable {
  const before = Object.keys(variables).map(variable => [variable, process.env[variable]] as const)
  Object.assign(process.env, variables)
  return {
    [Symbol.dispose]() {
      for (const [variable, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, variable)
        else process.env[variable] = value
      }
    },
  }
}

async function failAfter(milliseconds: number): Promise<never> {
  await setTimeout(milliseconds, undefined, { ref: false })
  throw new Error(`No answer and no error in ${milliseconds} ms`)
}

/** The credentials of that universe are in effect when no others are taken. */
function foreignOutcomes(client: ClientUnderTest, server: LoopbackServer, evidence: Evidence): Outcome[] {
  if (client.refuses?.['universeDomain'] !== undefined) return []
  return evidence.foreignCredentials.map(given => {
    try {
      void client.create(server, given).close()
    } catch (error) {
      const outcome = outcomeOfCreation(error)
      const isTold = outcome.result === 'refused' && outcome.code === 'universe_mismatch'
      return isTold ? { result: 'in effect' } : outcome
    }
    return { result: 'lost', message: 'the credentials of another universe were taken' }
  })
}

/** An error of this package has a code in lower case; any other is one of Node or of a library. */
function outcomeOfCreation(error: unknown): Outcome {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  const message = error instanceof Error ? error.message : String(error)
  if (typeof code === 'string' && /^[a-z_]+$/.test(code)) return { result: 'refused', code, message }
  return { result: 'failed', message: String(error) }
}

function isSame(one: Outcome, other: Outcome): boolean {
  if (one.result !== other.result) return false
  return one.result !== 'refused' || other.result !== 'refused' || one.code === other.code
}

/** `in effect`, `refused: unsupported_option: ...`, `lost: ...`. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.result === 'in effect') return outcome.result
  const code = outcome.result === 'refused' ? `${outcome.code}: ` : ''
  return `${outcome.result}: ${code}${outcome.message}`
}
