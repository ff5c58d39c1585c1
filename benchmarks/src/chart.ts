import type { Table } from './result.ts'
import type { Distribution } from './statistics.ts'

const WIDTH = 760
const LABELS = 180
const ROW = 30
const HEAD = 48

/** A bar chart of one column of a table, shortest first; the line at a bar's end is its spread. As SVG. */
export function barChart({ rows }: Table, column: number, title: string): string {
  const bars = rows
    .map(({ name, cells }) => ({ name, value: cells[column] }))
    .filter((bar): bar is { name: string; value: Distribution } => typeof bar.value === 'object')
    .toSorted((one, other) => one.value.median - other.value.median)
  const longest = Math.max(...bars.map(({ value }) => value.high))
  const scale = (value: number) => (value / longest) * (WIDTH - LABELS - 90)
  const height = HEAD + bars.length * ROW + 10
  const drawn = bars.map(({ name, value }, index) => {
    const middle = HEAD + index * ROW + ROW / 2
    const end = LABELS + scale(value.median)
    return `  <text x="${LABELS - 8}" y="${middle + 5}" text-anchor="end">${escaped(name)}</text>
  <rect class="${barClass(name)}" x="${LABELS}" y="${middle - 9}" width="${fixed(scale(value.median))}" height="18" rx="2"/>
  <path class="spread" d="M${fixed(LABELS + scale(value.low))} ${middle}H${fixed(LABELS + scale(value.high))}"/>
  <text x="${fixed(Math.max(end, LABELS + scale(value.high)) + 8)}" y="${middle + 5}">${Math.round(value.median)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
  <style>
    text { font: 14px system-ui, sans-serif; fill: #24292f }
    .title { font-weight: 600 }
    .ours { fill: #1a7f5a } .floor { fill: #b8c0c8 } .peer { fill: #6b8cae }
    .spread { stroke: #24292f; stroke-width: 1.5; opacity: 0.6 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .spread { stroke: #e6edf3 } }
  </style>
  <text class="title" x="8" y="26">${escaped(title)}</text>
${drawn.join('\n')}
</svg>
`
}

function barClass(name: string): string {
  if (name === 'ClientOptions') return 'ours'
  return name.startsWith('floor') ? 'floor' : 'peer'
}

function fixed(value: number): string {
  return value.toFixed(1)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
