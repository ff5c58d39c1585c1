// npm run bench                        everything; writes the results, the page and the chart
// npm run bench -- construct imports   these sections, printed only
// npm run bench -- --quick             a fifth of the rounds, printed only
// npm run bench -- --page              nothing; writes the page and the chart of the last results anew
import './environment.ts'
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { barChart } from './chart.ts'
import { runChild } from './child.ts'
import { describeMachine, load } from './machine.ts'
import { type MeasuredSection, page, type Report, sectionText } from './report.ts'
import type { SectionResult } from './result.ts'
import { isSectionName, type SectionName, sectionNames } from './sections/all.ts'

const root = new URL('../../', import.meta.url)
const files = {
  results: new URL('benchmarks/results/latest.json', root),
  notes: new URL('benchmarks/notes.md', root),
  page: new URL('docs/performance.md', root),
  chart: new URL('docs/performance.svg', root),
}

const parameters = process.argv.slice(2).filter(parameter => parameter !== '--')
const flags = parameters.filter(parameter => parameter.startsWith('--'))
const asked = parameters.filter(parameter => !parameter.startsWith('--'))
if (!asked.every(isSectionName) || flags.some(flag => flag !== '--quick' && flag !== '--page')) {
  console.error(`The sections are ${sectionNames.join(', ')}; and there are --quick and --page`)
  process.exit(2)
}

if (flags.includes('--page')) {
  await write(JSON.parse(await readFile(files.results, 'utf8')))
} else {
  const quick = flags.includes('--quick')
  const all = asked.length === 0
  const sections = await measure(all ? sectionNames : asked.filter(isSectionName), quick)
  if (all && !quick) await write({ machine: describeMachine(), sections })
}

async function measure(names: readonly SectionName[], quick: boolean): Promise<Report['sections']> {
  const sections: Partial<Record<SectionName, MeasuredSection>> = {}
  for (const name of names) {
    const before = load()
    console.error(`${name} (the machine's load is ${before.toFixed(1)})`)
    const start = performance.now()
    const result = await runChild<SectionResult>('run-section.ts', name, quick ? 'quick' : 'full')
    const seconds = Math.round((performance.now() - start) / 1000)
    sections[name] = { ...result, seconds, load: [before, load()] }
    console.log(`\n${sectionText(result)}\n`)
  }
  return sections
}

async function write(report: Report): Promise<void> {
  await mkdir(new URL('.', files.results), { recursive: true })
  await writeFile(files.results, JSON.stringify(report, null, 2))
  await writeFile(files.page, page(report, await readFile(files.notes, 'utf8')))
  const [times] = report.sections.construct?.tables ?? []
  if (times !== undefined) {
    const title = 'Construct and validate 7 options: nanoseconds, median and quartiles'
    await writeFile(files.chart, barChart(times, 0, title))
  }
  const written = [files.results, files.page, files.chart].map(file => fileURLToPath(file))
  const format = fileURLToPath(new URL('node_modules/.bin/oxfmt', root))
  spawnSync(format, written.slice(0, 2), { stdio: 'inherit' })
  console.error(`Written: ${written.join(', ')}`)
}
