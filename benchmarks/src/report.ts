import type { Machine } from './machine.ts'
import type { Cell, Goal, SectionResult, Table } from './result.ts'
import type { SectionName } from './sections/all.ts'

/** A section's result, and how busy the machine was. */
export interface MeasuredSection extends SectionResult {
  readonly seconds: number
  /** The machine's load before and after. */
  readonly load: readonly [before: number, after: number]
}

/** Everything that a run found. */
export interface Report {
  readonly machine: Machine
  readonly sections: Readonly<Partial<Record<SectionName, MeasuredSection>>>
}

/** The whole report as a page of the docs; `notes` is what people have to say of it. */
export function page({ machine, sections }: Report, notes: string): string {
  const all = Object.values(sections)
  const loads = all.flatMap(({ load }) => load)
  const libraries = Object.entries(machine.libraries).map(([name, version]) => `${name} ${version}`)
  const seconds = all.reduce((sum, section) => sum + section.seconds, 0)
  return `${[
    '# Performance',
    '<!-- Written by `npm run bench` (benchmarks/src/main.ts); what people say of it is in benchmarks/notes.md. -->',
    `Measured on ${machine.date} by \`npm run bench\`, in ${Math.round(seconds)} seconds, on ${machine.cores} cores of ` +
      `${machine.processor} with ${machine.memory}, ${machine.system}, Node ${machine.node.slice(1)} (V8 ${machine.v8}). ` +
      `The machine's load, which would be ${machine.cores} when every core is busy, was ` +
      `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}, that of the benchmark itself included. ` +
      `A cell is the median and, in brackets, the quartiles. All that is compared took turns in one run.`,
    `Beside: ${libraries.join(', ')}.`,
    '![Construct and validate, nanoseconds](performance.svg)',
    '## Goals',
    goalTable(all.flatMap(({ goals }) => goals)),
    notes.trim(),
    ...all.map(section => sectionText(section)),
  ].join('\n\n')}\n`
}

/** A section as Markdown. */
export function sectionText({ title, method, tables, goals }: SectionResult): string {
  const goalsText = goals.length === 0 ? [] : [goalTable(goals)]
  const tableTexts = tables.map(table => `### ${table.title}\n\n${tableText(table)}`)
  return [`## ${title}`, method, ...tableTexts, ...goalsText].join('\n\n')
}

function goalTable(goals: readonly Goal[]): string {
  return markdown(
    ['goal', 'measured', ''],
    goals.map(({ goal, measured, reached }) => [goal, measured, reached ? 'reached' : '**not reached**']),
  )
}

function tableText({ columns, rows }: Table): string {
  return markdown(
    columns,
    rows.map(({ name, cells }) => [name, ...cells.map(cellText)]),
  )
}

function markdown(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = columns.map((_, index) => (index === 0 ? '---' : '--:'))
  return [columns, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number') return numberText(cell)
  const { median, low, high } = cell
  return `${numberText(median)} (${numberText(low)} to ${numberText(high)})`
}

/** Three digits that count, at least. */
function numberText(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) || size >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(size >= 10 ? 1 : 2)
}
