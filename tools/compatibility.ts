/**
 * Tries every option in every client, on each generation of Google's libraries, each version of Node and both formats, and
 * writes what came of it into docs/compatibility.md:
 *
 *     node tools/compatibility.ts                     all of it (ten minutes)
 *     node tools/compatibility.ts --render            runs nothing, and writes the page again from docs/compatibility.json
 *     node tools/compatibility.ts -t 'Node 20' ...    with arguments for Vitest: runs what they select, and writes nothing
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { renderCompatibility, type Results, resultsPath } from './compatibility-page.ts'
import { summarize } from './compatibility-summary.ts'

const root = join(import.meta.dirname, '..')

function runAll(): void {
  const lines = join(mkdtempSync(join(tmpdir(), 'compatibility-')), 'results.jsonl')
  const env = { ...process.env, COMPATIBILITY: 'all', COMPATIBILITY_RESULTS: lines }
  runTests(env)
  if (!existsSync(lines)) throw new Error('Nothing was tried, so docs/compatibility.md is left as it was')
  const runs = readFileSync(lines, 'utf8').trim().split('\n')
  const date = new Date().toISOString().slice(0, 10)
  const results: Results = { date, generations: summarize(runs.map(line => JSON.parse(line))) }
  writeFileSync(resultsPath, `${JSON.stringify(results, null, 2)}\n`)
}

function runTests(env: NodeJS.ProcessEnv, selection: readonly string[] = []): void {
  const args = ['run', '--project', 'compatibility', '--reporter=verbose', ...selection]
  const { status } = spawnSync('vitest', args, { cwd: root, env, stdio: 'inherit' })
  process.exitCode = status ?? 1
}

function main(args: readonly string[]): void {
  if (args.length > 0 && args[0] !== '--render') return runTests({ ...process.env, COMPATIBILITY: 'all' }, args)
  if (args.length === 0) runAll()
  writeFileSync(join(root, 'docs', 'compatibility.md'), renderCompatibility())
}

if (import.meta.main) main(process.argv.slice(2))
