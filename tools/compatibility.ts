/**
 * Tries every option in every client, on each generation of Google's libraries, each version of Node and both formats, and
 * writes what came of it into docs/compatibility.md:
 *
 *     node tools/compatibility.ts            all of it
 *     node tools/compatibility.ts --render   runs nothing, and writes the page again from docs/compatibility.json
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { RecordedRun } from '../compatibility/harness/run-generation.ts'
import { type ClientOutcome, renderCompatibility, type Results, resultsPath, type Run } from './compatibility-page.ts'

const root = join(import.meta.dirname, '..')

function summarize(lines: readonly RecordedRun[]): Results {
  const runs = lines.map(({ generation, node, format, error, cells = [], versions = {}, problems = [] }): Run => {
    const count = (result: string): number => cells.filter(({ outcome }) => outcome.result === result).length
    const shown = Object.entries(versions).map(([library, version]) => `${library} ${version}`)
    const counts = { inEffect: count('in effect'), refused: count('refused') }
    return { generation, node, format, versions: shown.join(', '), ...counts, problems, ...(error && { error }) }
  })
  return { date: new Date().toISOString().slice(0, 10), runs, clients: outcomesOf(lines) }
}

/** Each outcome of an option in a client once, with the places where it is so when there are others elsewhere. */
function outcomesOf(lines: readonly RecordedRun[]): ClientOutcome[] {
  const cells = lines.flatMap(({ generation, node, format, cells = [] }) =>
    cells.map(({ client, option, outcome }) => {
      const short = outcome.result === 'refused' ? `error \`${outcome.code}\`` : outcome.result
      return { generation, client, option, outcome: short, where: `Node ${node} ${format}` }
    }),
  )
  const byCell = Map.groupBy(cells, ({ generation, client, option }) => [generation, client, option].join('\n'))
  return [...byCell.values()].flatMap(ofCell => {
    const byOutcome = [...Map.groupBy(ofCell, ({ outcome }) => outcome).values()]
    return byOutcome.flatMap(([first, ...rest]): ClientOutcome[] => {
      if (first === undefined) return []
      const { where, ...outcome } = first
      return [byOutcome.length === 1 ? outcome : { ...outcome, where: [where, ...rest.map(other => other.where)] }]
    })
  })
}

function main(): void {
  const lines = join(mkdtempSync(join(tmpdir(), 'compatibility-')), 'results.jsonl')
  const env = { ...process.env, COMPATIBILITY: 'all', COMPATIBILITY_RESULTS: lines }
  const args = ['run', '--project', 'compatibility', '--reporter=verbose']
  const { status } = spawnSync('vitest', args, { cwd: root, env, stdio: 'inherit' })
  process.exitCode = status ?? 1
  if (!existsSync(lines)) throw new Error('No combination was tried, so docs/compatibility.md is left as it was')
  const runs: RecordedRun[] = readFileSync(lines, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  writeFileSync(resultsPath, `${JSON.stringify(summarize(runs), null, 2)}\n`)
}

if (import.meta.main) {
  if (process.argv[2] !== '--render') main()
  writeFileSync(join(root, 'docs', 'compatibility.md'), renderCompatibility())
}
