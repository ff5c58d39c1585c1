import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { pollute } from '@client-options/loopback'

import { IS_LONG } from './fuzzing.ts'

/** What is done, by name; each gives what came of it, or throws. */
export type Acts = Readonly<Record<string, () => unknown>>

/** One of each kind. The object has members that another one in its place would have. */
const pollutions: readonly unknown[] = [
  'polluted',
  ['polluted'],
  { apiKey: 'polluted', GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'polluted.example', cert_path: '/cert', key_path: '/key' },
  () => ({ cert: 'polluted', key: 'polluted' }),
]

/** In `npm test` names are tried so many at once, and by themselves where that makes a difference. */
const AT_ONCE = IS_LONG ? 1 : 16

/**
 * Looks which names make a difference while they are members of all objects.
 * @param differing Gives what comes out otherwise than without, while all of these are.
 * @returns Each such name, with what it makes different.
 */
export async function findDifferences(
  names: readonly string[],
  differing: (names: readonly string[]) => readonly string[] | Promise<readonly string[]>,
): Promise<readonly string[]> {
  const found: string[] = []
  for (let done = 0; done < names.length; done += AT_ONCE) {
    const group = names.slice(done, done + AT_ONCE)
    if ((await differing(group)).length === 0) continue
    // Those that only together make one make it to Node, which takes for a URL what has all members of one.
    for (const name of group) found.push(...(await differing([name])).map(act => `${name}: ${act}`))
  }
  return found
}

/**
 * Does all of it while each name is a member of all objects, and tells what came out otherwise than without.
 * @returns The names, each with the act, and how many cases there were.
 */
export async function differences(
  names: readonly string[],
  acts: Acts,
  values = pollutions,
): Promise<{ readonly found: readonly string[]; readonly cases: number }> {
  const expected = outcomesOf(acts).map(shown)
  let cases = 0
  const found = await findDifferences(names, polluted => {
    const differing = values.flatMap(value => {
      const outcomes = whilePolluted(polluted, value, acts)
      cases += outcomes.length
      return Object.keys(acts).filter((_, index) => shown(outcomes[index]) !== expected[index])
    })
    return [...new Set(differing)]
  })
  return { found, cases }
}

function whilePolluted(names: readonly string[], value: unknown, acts: Acts): readonly unknown[] {
  using _pollution = pollute(names, value)
  return outcomesOf(acts)
}

function outcomesOf(acts: Acts): readonly unknown[] {
  return Object.values(acts).map(act => {
    try {
      return act()
    } catch (error) {
      return error
    }
  })
}

/** The members that an object has itself, at any depth, as a text. */
export function shown(value: unknown): string {
  return JSON.stringify(membersOf(value))
}

function membersOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'function' : value
  return Reflect.ownKeys(value).map(key => [String(key), key === 'stack' ? '' : membersOf(Reflect.get(value, key))])
}

const source = join(import.meta.dirname, '..', '..', 'src')

/** What the language reads of each iterator that is left before its end. */
const OF_THE_LANGUAGE = 'return'

/**
 * Every word in the source of some stages but for comments, so that no name which the code reads, now or later, is left out;
 * and the places of a list, which a shorter list inherits as well.
 */
export function wordsIn(...stages: readonly string[]): readonly string[] {
  const words = stages.flatMap(stage => {
    const files = readdirSync(join(source, stage)).filter(file => /(?<!\.test)\.ts$/.test(file))
    const texts = files.map(file => readFileSync(join(source, stage, file), 'utf8'))
    return texts.flatMap(text => text.replaceAll(/\/\*\*[^]*?\*\/|\/\/ .*/g, '').match(/[A-Za-z_$][\w$]*/g) ?? [])
  })
  return [...new Set(['0', '1', '2', ...words])].filter(word => !(word in Object.prototype) && word !== OF_THE_LANGUAGE)
}
