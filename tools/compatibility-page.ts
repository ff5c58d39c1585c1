import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { RecordedRun } from '../compatibility/harness/run-generation.ts'
import { formatRows } from './format-rows.ts'

export const resultsPath = join(import.meta.dirname, '..', 'docs', 'compatibility.json')

/** What the page is made of. */
export interface Results {
  readonly date: string
  readonly runs: readonly Run[]
  readonly clients: readonly ClientOutcome[]
}

/** A generation on a version of Node in a format. */
export interface Run extends Pick<RecordedRun, 'generation' | 'node' | 'format' | 'error'> {
  readonly versions: string
  /** The number of cells. */
  readonly inEffect: number
  readonly refused: number
  /** What is not as it should be. */
  readonly problems: readonly string[]
}

/** What an option comes to in a client of a generation; and where, if not everywhere. */
export interface ClientOutcome {
  readonly generation: string
  readonly client: string
  readonly option: string
  readonly outcome: string
  readonly where?: readonly string[]
}

/** docs/compatibility.md, made of the results. */
export function renderCompatibility(): string {
  const { date, runs, clients }: Results = JSON.parse(readFileSync(resultsPath, 'utf8'))
  const generations = [...new Set(runs.map(({ generation }) => generation))]
  const sections = generations.map(generation => {
    const ofIt = runs.filter(run => run.generation === generation)
    const outcomes = clients.filter(outcome => outcome.generation === generation)
    return [`## Generation ${generation}`, ...versionsOf(ofIt), optionTable(outcomes), ...problemsOf(ofIt)].join('\n\n')
  })
  return `# What works where

Written by \`npm run compatibility\` on ${date}. npm installs the package as published with Google's libraries of a
generation, and a program there tries every option in every client, with an API key and with a service account, on
loopback servers. Each program also runs clients that were not created here, before and after: their requests have to
stay the same. A part of this runs in \`npm test\`.

## What was tried

${runTable(generations, runs)}

${sections.join('\n\n')}
`
}

/** A row for each generation, a column for each version of Node. */
function runTable(generations: readonly string[], runs: readonly Run[]): string {
  const nodes = [...new Set(runs.map(({ node }) => node))].toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  )
  const rows = generations.map(generation => {
    const cells = nodes.map(node => {
      const both = runs.filter(run => run.generation === generation && run.node === node)
      const [first = 'not supported by the libraries', ...others] = both.map(describeRun)
      if (others.every(other => other === first)) return first
      return both.map(run => `${run.format}: ${describeRun(run)}`).join('; ')
    })
    return [generation, ...cells]
  })
  return formatRows([['Generation', ...nodes.map(node => `Node ${node}`)], ...rows])
}

function describeRun({ error, inEffect, refused, problems }: Run): string {
  if (error !== undefined) return '**fails**'
  const counts = `${inEffect} in effect, ${refused} refused`
  return problems.length === 0 ? counts : `**fails** (${counts})`
}

function versionsOf(runs: readonly Run[]): string[] {
  const all = new Set(runs.map(({ versions }) => versions).filter(versions => versions !== ''))
  return [...all].map(versions => `Installed: ${versions}.`)
}

/** A row for each client, a column for each option. */
function optionTable(outcomes: readonly ClientOutcome[]): string {
  const options = [...new Set(outcomes.map(({ option }) => option))]
  const rows = [...new Set(outcomes.map(({ client }) => client))].map(client => {
    const ofClient = outcomes.filter(outcome => outcome.client === client)
    return [client].concat(
      options.map(option => describeOutcomes(ofClient.filter(outcome => outcome.option === option))),
    )
  })
  return rows.length === 0
    ? 'Nothing could be tried.'
    : formatRows([['Client', ...options.map(it => `\`${it}\``)], ...rows])
}

function describeOutcomes(outcomes: readonly ClientOutcome[]): string {
  return outcomes
    .map(({ outcome, where }) => (where === undefined ? outcome : `${outcome} (${where.join(', ')})`))
    .join('; ')
}

/** What is wrong, and where, once. */
function problemsOf(runs: readonly Run[]): string[] {
  const places = new Map<string, string[]>()
  for (const { node, format, error, problems } of runs) {
    for (const problem of error === undefined ? problems : [error]) {
      const line = problem.split('\n', 3).join(' ')
      places.set(line, [...(places.get(line) ?? []), `Node ${node} ${format}`])
    }
  }
  const lines = [...places].map(([line, where]) => {
    return `- ${line}${where.length === runs.length ? '' : ` — ${where.join(', ')}`}`
  })
  return lines.length === 0 ? [] : ['What fails:', lines.join('\n')]
}
