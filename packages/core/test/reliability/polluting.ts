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

/**
 * Does all of it while each name is a member of all objects, and tells what came out otherwise than without.
 * @returns The names, each with the act, and how many cases there were.
 */
export function differences(
  names: readonly string[],
  acts: Acts,
  values = pollutions,
): { readonly found: readonly string[]; readonly cases: number } {
  const expected = outcomesOf(acts).map(shown)
  const found = new Set<string>()
  for (const name of names) {
    for (const value of values) {
      const outcomes = whilePolluted(name, value, acts)
      for (const [index, act] of Object.keys(acts).entries()) {
        if (shown(outcomes[index]) !== expected[index]) found.add(`${name}: ${act}`)
      }
    }
  }
  return { found: [...found], cases: names.length * values.length * expected.length }
}

function whilePolluted(name: string, value: unknown, acts: Acts): readonly unknown[] {
  using _pollution = pollute(name, value)
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

/** A part of the words in `npm test`, for what takes its time, and all of them in a long run. */
export function someOf(words: readonly string[]): readonly string[] {
  return IS_LONG ? words : words.filter((_word, index) => index % 4 === 0)
}
