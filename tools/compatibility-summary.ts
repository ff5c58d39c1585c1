import type { RecordedRun } from '../compatibility/harness/run-generation.ts'
import type { GenerationSummary, Results } from './compatibility-page.ts'

/** Puts together what is the same on every Node and in both formats, and says where something is not. */
export function summarize(runs: readonly RecordedRun[]): Results['generations'] {
  const byGeneration = Map.groupBy(runs, ({ generation }) => generation)
  return Object.fromEntries([...byGeneration].map(([name, ofIt]) => [name, summarizeGeneration(ofIt)]))
}

function summarizeGeneration(runs: readonly RecordedRun[]): GenerationSummary {
  const byNode = Map.groupBy(runs, ({ node }) => node)
  const clients: Record<string, Record<string, string>> = {}
  for (const { client, option } of runs.flatMap(({ cells = [] }) => cells)) {
    const ofClient = (clients[client] ??= {})
    ofClient[option] ??= majorityFirst(runs, run => outcomeOf(run, client, option))
  }
  const problems = runs.flatMap(run => problemsOf(run).map(problem => ({ problem, run })))
  const byProblem = Map.groupBy(problems, ({ problem }) => problem)
  return {
    versions: [...new Set(runs.map(describeVersions))].filter(line => line !== ''),
    nodes: Object.fromEntries([...byNode].map(([node, ofNode]) => [node, majorityFirst(ofNode, describeRun)])),
    clients,
    refusals: [...new Set(runs.flatMap(refusalsOf))],
    problems: [...byProblem].map(([problem, found]) => {
      return found.length === runs.length ? problem : `${problem} (${describePlaces(found.map(({ run }) => run))})`
    }),
  }
}

function outcomeOf({ cells = [] }: RecordedRun, client: string, option: string): string {
  const outcome = cells.find(cell => cell.client === client && cell.option === option)?.outcome
  if (outcome === undefined) return 'not tried'
  return outcome.result === 'refused' ? `error \`${outcome.code}\`` : outcome.result
}

/** The refusals that are as they should be; the others are among the problems. */
function refusalsOf({ cells = [], problems = [] }: RecordedRun): readonly string[] {
  return cells.flatMap(({ client, option, outcome }) => {
    if (outcome.result !== 'refused') return []
    const isProblem = problems.some(problem => problem.startsWith(`${client}: refused: ${outcome.code}: `))
    return isProblem ? [] : [`${client}: ${outcome.code}: ${outcome.message.replace(option, 'it')}`]
  })
}

function describeRun({ error, cells = [], problems = [] }: RecordedRun): string {
  if (error !== undefined) return '**fails**'
  const count = (result: string): number => cells.filter(({ outcome }) => outcome.result === result).length
  const counts = `${count('in effect')} in effect, ${count('refused')} refused`
  return problems.length === 0 ? counts : `**fails**: ${counts}, ${count('failed') + count('lost')} neither`
}

function describeVersions({ versions = {} }: RecordedRun): string {
  return Object.entries(versions)
    .map(([library, version]) => `${library} ${version}`)
    .join(', ')
}

/** Of what a tool printed the first lines say what is wrong, and the others name folders of this machine. */
function problemsOf({ error, problems = [] }: RecordedRun): readonly string[] {
  const lines = error === undefined ? problems : [error.split('\n', 3).join(' ')]
  return lines.map(line => line.replaceAll(/\s+/g, ' ').trim())
}

/** What most runs came to, followed by what the others did, with their places. */
function majorityFirst(runs: readonly RecordedRun[], describe: (run: RecordedRun) => string): string {
  const groups = [...Map.groupBy(runs, describe)].toSorted(([, one], [, other]) => other.length - one.length)
  return groups.map(([text, ofText], index) => (index === 0 ? text : `${text} (${describePlaces(ofText)})`)).join('; ')
}

function describePlaces(runs: readonly RecordedRun[]): string {
  const byNode = [...Map.groupBy(runs, ({ node }) => node)]
  const places = byNode.map(([node, ofNode]) => (ofNode.length === 1 ? `${node} ${ofNode[0]?.format ?? ''}` : node))
  return `Node ${places.join(', ')}`
}
