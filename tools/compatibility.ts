/**
 * Tries every option in every client, on each generation of Google's libraries, each version of Node and both formats, and
 * writes what came of it into docs/compatibility.md:
 *
 *     node tools/compatibility.ts            all of it (ten minutes)
 *     node tools/compatibility.ts --render   runs nothing, and writes the page again from docs/compatibility.json
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { renderCompatibility, type Results, resultsPath } from './compatibility-page.ts'
import { summarize } from './compatibility-summary.ts'

const root = join(import.meta.dirname, '..')

function main(): void {
  const lines = join(mkdtempSync(join(tmpdir(), 'compatibility-')), 'results.jsonl')
  const env = { ...process.env, COMPATIBILITY: 'all', COMPATIBILITY_RESULTS: lines }
  const args = ['run', '--project', 'compatibility', '--reporter=verbose']
  const { status } = spawnSync('vitest', args, { cwd: root, env, stdio: 'inherit' })
  process.exitCode = status ?? 1
  if (!existsSync(lines)) throw new Error('Nothing was tried, so docs/compatibility.md is left as it was')
  const runs = readFileSync(lines, 'utf8').trim().split('\n')
  const date = new Date().toISOString().slice(0, 10)
  const results: Results = { date, generations: summarize(runs.map(line => JSON.parse(line))) }
  writeFileSync(resultsPath, `${JSON.stringify(results, null, 2)}\n`)
}

if (import.meta.main) {
  if (process.argv[2] !== '--render') main()
  writeFileSync(join(root, 'docs', 'compatibility.md'), renderCompatibility())
}
