import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { temporaryFolder, writeServiceAccount } from '@client-options/loopback'
import { build } from 'esbuild'

import { interleave } from '../interleave.ts'
import { timed } from '../measure.ts'
import type { Effort, Goal, SectionResult } from '../result.ts'
import { bareProgram, type ClientName, clients, credentialsNames, optionsProgram } from '../starts/programs.ts'
import { best, type Distribution, distributionOf } from '../statistics.ts'

const MAX_ADDED = 10
const run = promisify(execFile)
const cwd = fileURLToPath(new URL('..', import.meta.url))

/** Starts a program and waits until it ends. */
type Start = () => Promise<unknown>

/** One row: a program, and the bare one that it is compared with. */
interface Compared {
  readonly name: string
  readonly bare: string
  readonly isGoal: boolean
}

export async function coldStartSection({ rounds, progress }: Effort): Promise<SectionResult> {
  await using folder = await temporaryFolder()
  const account = await writeServiceAccount(folder.path)
  const starts = new Map<string, Start>()
  const compared: Compared[] = []
  for (const client of namesOf(clients)) {
    const bare = `${client}, bare`
    starts.set(bare, unbundled(bareProgram(client)))
    starts.set(`${bare}, again`, unbundled(bareProgram(client)))
    compared.push({ name: `${bare}, again`, bare, isGoal: false })
    for (const credentials of credentialsNames) {
      const name = `${client}, ${credentials}`
      starts.set(name, unbundled(optionsProgram(client, credentials, account.path)))
      compared.push({ name, bare, isGoal: true })
    }
    progress(`${client}: bundling`)
    const bareBundle = `${client}, bare, bundled`
    const name = `${client}, API key, bundled`
    starts.set(bareBundle, await bundled(bareProgram(client), join(folder.path, `${bareBundle}.cjs`)))
    starts.set(name, await bundled(optionsProgram(client, 'API key', account.path), join(folder.path, `${name}.cjs`)))
    compared.push({ name, bare: bareBundle, isGoal: true })
  }
  for (const start of starts.values()) await start()
  const times = await interleave([...starts.keys()], rounds(5), async (name, round) => {
    if (name === compared[0]?.bare) progress(`round ${round + 1}`)
    const [time] = await timed(() => starts.get(name)?.())
    return time
  })

  const timesOf = (name: string) => times.get(name) ?? []
  const added = ({ name, bare }: Compared): Distribution =>
    distributionOf(timesOf(name).map((time, round) => time - (timesOf(bare)[round] ?? Number.NaN)))
  return {
    title: 'Cold start',
    method:
      'A process imports a client library, creates a client and ends: what a serverless user waits for before the ' +
      'first request. All take turns; what is added is the difference to the bare client of the same round, which is ' +
      'passed an API key. "bare, again" is the same program once more: its difference is the noise. "bundled" is the ' +
      'program in one file, made by esbuild as CommonJS. The goals compare the best of the rounds.',
    tables: [
      {
        title: 'Milliseconds of the process',
        columns: ['client', 'bare', 'process', 'added'],
        rows: compared.map(row => ({
          name: row.name,
          cells: [distributionOf(timesOf(row.bare)), distributionOf(timesOf(row.name)), added(row)],
        })),
      },
    ],
    goals: compared
      .filter(({ isGoal }) => isGoal)
      .map((row): Goal => {
        const more = best(timesOf(row.name)) - best(timesOf(row.bare))
        return {
          goal: `${row.name}: import and createClient add at most ${MAX_ADDED} ms`,
          measured: `${more.toFixed(1)} ms`,
          reached: more <= MAX_ADDED,
        }
      }),
  }
}

function namesOf(known: typeof clients): readonly ClientName[] {
  return Object.keys(known).filter((name): name is ClientName => Object.hasOwn(known, name))
}

/** As a program of a user's, whose imports Node resolves. */
function unbundled(code: string): Start {
  return () => run(process.execPath, ['--input-type=module', '--eval', code], { cwd })
}

async function bundled(code: string, outfile: string): Promise<Start> {
  await build({
    stdin: { contents: code, resolveDir: cwd, loader: 'js' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    logLevel: 'error',
  })
  return () => run(process.execPath, [outfile])
}
