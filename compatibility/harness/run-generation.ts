import { appendFileSync } from 'node:fs'

import { describeOutcome } from '../../packages/core/test/effects/try-option.ts'
import type { Generation } from './generations.ts'
import { installGeneration, installedVersions } from './install-generation.ts'
import { installNode, type NodeVersion } from './node-versions.ts'
import { type Format, type ProgramResult, runProgram } from './run-program.ts'

/** What is tried: a generation of libraries, on a version of Node, by a program of that format. */
export interface Combination {
  readonly generation: Generation
  readonly node: NodeVersion
  readonly format: Format
}

/** What came of it. */
export interface GenerationResult extends ProgramResult {
  readonly versions: Readonly<Record<string, string>>
  /** What is not as it should be, a line each. */
  readonly problems: readonly string[]
}

/** A line of the file that `npm run compatibility` makes its page of. */
export interface RecordedRun extends Partial<GenerationResult> {
  readonly generation: string
  readonly node: string
  readonly format: Format
  /** Why nothing could be tried. */
  readonly error?: string
}

export async function runGeneration({ generation, node, format }: Combination): Promise<GenerationResult> {
  const names = { generation: generation.name, node: node.node, format }
  try {
    const installation = await installGeneration(generation, node)
    const versions = await installedVersions(installation)
    const { node: binary } = await installNode(node)
    const result = await runProgram(installation.folder, binary, format, generation.clients)
    const run = { ...result, versions, problems: problemsOf(result, generation) }
    record({ ...names, ...run })
    return run
  } catch (error) {
    record({ ...names, error: String(error) })
    throw error
  }
}

/** A line for each client and each thing that is wrong with it, however many of its options are. */
function problemsOf({ cells, plainClients, uncaught }: ProgramResult, { refuses = {} }: Generation): string[] {
  const wrong = new Map<string, string[]>()
  for (const { client, option, outcome, refusal = refuses[client] } of cells) {
    const code = outcome.result === 'refused' ? outcome.code : undefined
    const isExpected = code === refusal && (code !== undefined || outcome.result === 'in effect')
    const place = `${client}: ${describeOutcome(outcome)}`
    if (!isExpected) wrong.set(place, [...(wrong.get(place) ?? []), option])
  }
  const touched = plainClients.flatMap(({ client, differences, ours }) => {
    const isTold = [...wrong.keys()].some(place => place.startsWith(`${client}: `))
    const isExpected = ours === 'in effect' || refuses[client] !== undefined || isTold
    return [...differences, ...(isExpected ? [] : [`ours: ${ours}`])].map(it => `${client}, with a plain client: ${it}`)
  })
  return [
    ...[...wrong].map(
      ([place, options]) =>
        `${place} (${options.length === cells.length / plainClients.length ? 'every option' : options.join(', ')})`,
    ),
    ...touched,
    ...new Set(uncaught),
  ]
}

function record(run: RecordedRun): void {
  const path = process.env['COMPATIBILITY_RESULTS']
  if (path) appendFileSync(path, `${JSON.stringify(run)}\n`)
}
