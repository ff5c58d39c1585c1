import { type Generation, generations } from './generations.ts'
import { nodeVersions } from './node-versions.ts'
import type { Combination } from './run-generation.ts'

/** Each generation, on each Node that it supports, in each format. */
export function everyCombination(): readonly Combination[] {
  const every: Generation[] = Object.values(generations)
  return every.flatMap(generation =>
    generation.nodes.flatMap((node): Combination[] => [
      { generation, node, format: 'CommonJS' },
      { generation, node, format: 'ES modules' },
    ]),
  )
}

const { newest20, newest24 } = nodeVersions
const { four, fourOnOldGrpc, five, fiveApart, six, sixApart, npmAlone } = generations

/** What `npm test` has time for: every generation and both formats, on the oldest line of Node and the one in most use. */
export const fairPart: readonly Combination[] = [
  { generation: four, node: newest20, format: 'CommonJS' },
  { generation: four, node: newest24, format: 'ES modules' },
  { generation: fourOnOldGrpc, node: newest20, format: 'ES modules' },
  { generation: five, node: newest20, format: 'ES modules' },
  { generation: fiveApart, node: newest24, format: 'CommonJS' },
  { generation: six, node: newest24, format: 'CommonJS' },
  { generation: sixApart, node: newest24, format: 'ES modules' },
  { generation: npmAlone, node: newest20, format: 'CommonJS' },
  { generation: npmAlone, node: newest20, format: 'ES modules' },
  { generation: npmAlone, node: newest24, format: 'CommonJS' },
]
