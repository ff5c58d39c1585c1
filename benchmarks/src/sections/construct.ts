import { inspect } from 'node:util'

import { runChild } from '../child.ts'
import { interleave } from '../interleave.ts'
import type { Effort, Goal, SectionResult, Table } from '../result.ts'
import { best, type Distribution, distributionOf } from '../statistics.ts'
import { floorNames, type ImplementationName, loadImplementation, validatorNames } from '../validators/all.ts'
import { type Case, cases, invalid, valid } from '../validators/inputs.ts'

const names = [...floorNames, ...validatorNames] as const
type Times = Readonly<Record<Case, number>>

export async function constructSection({ rounds, progress }: Effort): Promise<SectionResult> {
  progress(`agreement of ${validatorNames.length} implementations on ${valid.length + invalid.length} inputs`)
  await requireAgreement()
  const times = await interleave(names, rounds(3), (name, round) => {
    progress(`round ${round + 1}: ${name}`)
    return runChild<Times>('children/construct.ts', name)
  })
  const timesOf = (name: ImplementationName, title: Case) => (times.get(name) ?? []).map(time => time[title])
  /** Of each round on its own, since what disturbs a round disturbs all that is in it. */
  const ratio = (name: ImplementationName, title: Case) => {
    const own = timesOf('ClientOptions', title)
    return distributionOf(timesOf(name, title).map((time, round) => time / (own[round] ?? Number.NaN)))
  }

  return {
    title: 'Construct and validate',
    method:
      'Each implementation is given the same rules, by the same functions, and ends with a frozen object that has a ' +
      'frozen copy of the scopes; before anything is measured, all must agree on ' +
      `${valid.length + invalid.length} inputs. Each round runs each implementation in a process of its own, where ` +
      'mitata gives the median of each case. "floor" checks nothing; "floor and the rules" checks the values alone, ' +
      'neither keys nor types. A schema library knows one spelling of a key, so there snake_case costs a renaming ' +
      'before. Invalid inputs go through the call of each that does not throw. The goals compare the best of the rounds.',
    tables: [
      {
        title: 'Nanoseconds of a call',
        columns: ['implementation', ...cases],
        rows: names.map(name => ({
          name,
          cells: cases.map((title): Distribution | string => {
            const values = timesOf(name, title).filter(value => value !== undefined)
            return values.length === 0 ? '–' : distributionOf(values)
          }),
        })),
      },
      {
        title: 'Times as long as ClientOptions, round by round',
        columns: ['implementation', ...cases],
        rows: validatorNames
          .filter(name => name !== 'ClientOptions')
          .map(name => ({ name, cells: cases.map(title => ratio(name, title)) })),
      },
      await oddInputs(),
    ],
    goals: goals((name, title) => best(timesOf(name, title)) / best(timesOf('ClientOptions', title))),
  }
}

/** The best time of an implementation, as a multiple of that of `ClientOptions`. */
type BestRatio = (name: ImplementationName, title: Case) => number

/** Those that write code for a schema at run time, by `new Function`, which a content security policy forbids. */
const compiling: ReadonlySet<ImplementationName> = new Set(['arktype', 'typebox compiled', 'ajv compiled'])

function goals(bestRatio: BestRatio): Goal[] {
  const plain = validatorNames.filter(name => name !== 'ClientOptions' && !compiling.has(name))
  return cases.flatMap((title): Goal[] => {
    const ratios = plain.map(name => ({ name, ratio: bestRatio(name, title) }))
    const behind = ratios.filter(peer => peer.ratio < 1)
    const least = Math.min(...ratios.map(peer => peer.ratio))
    const zod = bestRatio('zod', title)
    return [
      {
        goal: `${title}: as fast as every library that compiles no code`,
        measured:
          behind.length === 0
            ? `${least.toFixed(1)}x as fast as the fastest`
            : behind.map(peer => `${peer.name} takes ${peer.ratio.toFixed(2)}x the time`).join(', '),
        reached: behind.length === 0,
      },
      { goal: `${title}: twice as fast as zod`, measured: `${zod.toFixed(1)}x`, reached: zod >= 2 },
    ]
  })
}

async function requireAgreement(): Promise<void> {
  for (const name of validatorNames) {
    const { safeParse, isSuccess } = await loadImplementation(name)
    const wrong = [
      ...valid.filter(input => !isSuccess(safeParse(input))),
      ...invalid.filter(input => isSuccess(safeParse(input))),
    ]
    if (wrong.length > 0) throw new Error(`${name} does not agree on ${inspect(wrong)}`)
  }
}

class Settings {
  readonly apiEndpoint = 'example.com'
}

/** Not measured, but worth knowing beside the speed: what the libraries let through that `ClientOptions` does not. */
const odd: Readonly<Record<string, readonly (() => unknown)[]>> = {
  'a Map': [() => new Map([['apiEndpoint', 'example.com']])],
  'a class instance': [() => new Settings()],
  'inherited options': [() => Object.create({ apiEndpoint: 'example.com' })],
  'a symbol key': [() => ({ [Symbol('apiKey')]: 'K' })],
  'a hidden unknown key': [() => Object.defineProperty({}, 'nope', { value: 1 })],
  'an own `__proto__` key': [() => JSON.parse('{"__proto__":{"apiKey":"K"}}')],
  'a getter that changes its answer': [1, 2, 3, 4, 5, 6].map(count => () => changing(count)),
}

/** Both of an exclusive pair, one of which a getter denies the first few times that it is asked. */
function changing(count: number): object {
  let reads = 0
  const get = () => (reads++ < count ? undefined : 'K')
  return Object.defineProperty({ credentialsFile: 'key.json' }, 'apiKey', { get, enumerable: true })
}

async function oddInputs(): Promise<Table> {
  const columns = ['implementation', ...Object.keys(odd), 'a key in the failure, inspected']
  const rows = []
  for (const name of validatorNames) {
    const { construct, safeParse } = await loadImplementation(name)
    const answers = Object.values(odd).map(inputs => verdict(inputs.map(make => constructed(construct, make()))))
    const failure = safeParse({ apiKey: 'SECRET', credentialsFile: 'key.json' })
    const shown = inspect(failure, { depth: 10, showHidden: true }).includes('SECRET')
    rows.push({ name, cells: [...answers, shown ? '**shown**' : 'not shown'] })
  }
  return { title: 'Odd inputs', columns, rows }
}

function constructed(construct: (input: unknown) => object, input: unknown): object | undefined {
  try {
    return construct(input)
  } catch {
    return undefined
  }
}

function verdict(results: readonly (object | undefined)[]): string {
  const taken = results.filter(result => result !== undefined)
  if (taken.length === 0) return 'refused'
  return taken.every(isSound) ? 'taken' : '**both of an exclusive pair**'
}

function isSound(options: object): boolean {
  return Reflect.get(options, 'apiKey') === undefined || Reflect.get(options, 'credentialsFile') === undefined
}
