import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { interleave } from '../interleave.ts'
import { timed } from '../measure.ts'
import type { Effort, Goal, SectionResult } from '../result.ts'
import { best, distributionOf, quantile } from '../statistics.ts'

const EMPTY = 'an empty process'
const entries = [
  '@client-options/core',
  '@client-options/core/node',
  '@client-options/core/env',
  '@client-options/core/google-cloud',
  '@client-options/core/google-auth',
  '@client-options/core/googleapis',
  '@client-options/core/cloud-sql-connector',
  '@client-options/core/genai',
  '@client-options/core/firebase-admin',
  '@client-options/core/grpc',
  '@client-options/core/fetch',
  '@client-options/core/https',
] as const
const adapters = ['@client-options/nestjs', '@client-options/inversify'] as const
const peers = [
  'valibot',
  'zod',
  'google-auth-library',
  'google-gax',
  '@google-cloud/vision',
  '@nestjs/common',
  '@nestjs/core',
  'inversify',
] as const
const EMPTY_MODULE = 'an empty module'
const names = [EMPTY, EMPTY_MODULE, ...entries, ...adapters, ...peers] as const

const run = promisify(execFile)
const cwd = fileURLToPath(new URL('..', import.meta.url))

export async function importsSection({ rounds, progress }: Effort): Promise<SectionResult> {
  const samples = await interleave(names, rounds(5), async (name, round) => {
    if (name === EMPTY) progress(`round ${round + 1}`)
    const code = name === EMPTY ? '' : importOf(name)
    const [processTime, importTime] = await timed(() =>
      evaluate(`const start = performance.now(); ${code}
      console.log(performance.now() - start)`),
    )
    return { processTime, importTime: Number(importTime) }
  })
  const processTimes = (name: (typeof names)[number]) => (samples.get(name) ?? []).map(sample => sample.processTime)
  const importTimes = (name: (typeof names)[number]) => (samples.get(name) ?? []).map(sample => sample.importTime)
  const emptyLeast = best(processTimes(EMPTY))
  const empty = distributionOf(processTimes(EMPTY))

  const loaded = new Map<string, Loaded>()
  for (const name of names) if (name !== EMPTY) loaded.set(name, await whatIsLoaded(name))

  const core = distributionOf(processTimes('@client-options/core'))
  const noise =
    quantile(
      processTimes(EMPTY).toSorted((one, other) => one - other),
      0.75,
    ) - empty.low
  const early = entries.filter(name => (loaded.get(name)?.packages.length ?? 0) > 0)
  const goals: Goal[] = [
    {
      goal: "the import of @client-options/core is within an empty process's noise",
      measured: `${(core.median - empty.median).toFixed(1)} ms more in the median, ${(core.best - empty.best).toFixed(1)} ms in the best; the quartiles of the empty process lie ${noise.toFixed(1)} ms apart`,
      reached: core.median - empty.median <= noise,
    },
    {
      goal: 'no entry of core loads a client library before it is used',
      measured: early.length === 0 ? 'none does' : early.join(', '),
      reached: early.length === 0,
    },
  ]
  return {
    title: 'Cold import',
    method:
      'Each sample is a new process, started in turn. "Process" is its whole life, from outside; "import" is the time ' +
      'that `await import()` takes within it. The modules and the packages are those that are loaded by the import.',
    tables: [
      {
        title: 'Milliseconds',
        columns: ['module', 'process', 'more than empty, best', 'import', 'import, best', 'modules', 'other packages'],
        rows: names.map(name => ({
          name,
          cells: [
            distributionOf(processTimes(name)),
            name === EMPTY ? '–' : best(processTimes(name)) - emptyLeast,
            name === EMPTY ? '–' : distributionOf(importTimes(name)),
            name === EMPTY ? '–' : best(importTimes(name)),
            loaded.get(name)?.modules ?? '–',
            loaded.get(name)?.packages.length ?? '–',
          ],
        })),
      },
    ],
    goals,
  }
}

function importOf(name: string): string {
  return `await import(${JSON.stringify(name === EMPTY_MODULE ? './children/empty.mjs' : name)})`
}

interface Loaded {
  readonly modules: number
  readonly packages: readonly string[]
}

async function evaluate(code: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd })
  return stdout
}

/** The modules that an import loads, and the packages that they are of, beside the imported one. */
async function whatIsLoaded(name: string): Promise<Loaded> {
  const printed = await evaluate(`
    import { registerHooks } from 'node:module'
    const urls = new Set()
    registerHooks({ load(url, context, next) { urls.add(url); return next(url, context) } })
    ${importOf(name)}
    console.log(JSON.stringify([...urls].filter(url => url.startsWith('file:'))))`)
  const urls: string[] = JSON.parse(printed)
  const packages = new Set(urls.flatMap(url => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []))
  packages.delete(name)
  return { modules: urls.length, packages: [...packages] }
}
