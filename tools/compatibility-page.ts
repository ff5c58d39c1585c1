import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { formatRows } from './format-rows.ts'

export const resultsPath = join(import.meta.dirname, '..', 'docs', 'compatibility.json')

/** What the page is made of. */
export interface Results {
  readonly date: string
  readonly generations: Readonly<Record<string, GenerationSummary>>
}

/** What came of a generation on every Node and in both formats. */
export interface GenerationSummary {
  /** What npm installed; several where it picks the versions itself. */
  readonly versions: readonly string[]
  /** By the version of Node. */
  readonly nodes: Readonly<Record<string, string>>
  /** By the client and the option; where a few differ from the others, the text says which. */
  readonly clients: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Why clients refuse options, as they should. */
  readonly refusals: readonly string[]
  readonly problems: readonly string[]
}

/** docs/compatibility.md, made of the results. */
export function renderCompatibility(): string {
  const { date, generations }: Results = JSON.parse(readFileSync(resultsPath, 'utf8'))
  const sections = Object.entries(generations).map(([name, { versions, clients, refusals, problems }]) => {
    const parts = [
      list('What npm installed', versions),
      optionTable(clients),
      list('Why options are refused', refusals.map(asCode)),
      list('What fails', problems.map(asCode)),
    ]
    return [`## ${name.replace(/^g/, 'G')}`, ...parts].filter(part => part !== '').join('\n\n')
  })
  return `# What works where

Written by \`npm run compatibility\` on ${date}. npm installs the package as published with Google's libraries of a
generation, and a program there tries every option in every client, with an API key and with a service account, on
loopback servers. Each program also runs clients that were not created here, before and after: their requests have to
stay the same. A part of this runs in \`npm test\`.

## What was tried

Each on Node as CommonJS and as ES modules; the numbers are those of options in clients. A dash stands for a Node that
the libraries do not support.

${generationTable(generations)}

${sections.join('\n\n')}
`
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}:\n\n${lines.map(line => `- ${line}`).join('\n')}`
}

/** As it is: what a library says may hold marks of Markdown. */
function asCode(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``
}

/** A row for each generation, a column for each version of Node. */
function generationTable(generations: Results['generations']): string {
  const summaries = Object.entries(generations)
  const nodes = [...new Set(summaries.flatMap(([, summary]) => Object.keys(summary.nodes)))]
  nodes.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  const rows = summaries.map(([name, summary]) => [name].concat(nodes.map(node => summary.nodes[node] ?? '–')))
  return formatRows([['Generation'].concat(nodes.map(node => `Node ${node}`)), ...rows])
}

/** A row for each client, a column for each option. */
function optionTable(clients: GenerationSummary['clients']): string {
  const [first = {}] = Object.values(clients)
  const options = Object.keys(first)
  if (options.length === 0) return 'Nothing could be tried.'
  const rows = Object.entries(clients).map(([client, outcomes]) =>
    [client].concat(options.map(option => outcomes[option] ?? '')),
  )
  return formatRows([['Client'].concat(options.map(option => `\`${option}\``)), ...rows])
}
