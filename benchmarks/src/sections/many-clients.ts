import { runChild } from '../child.ts'
import type { Created } from '../children/many-clients.ts'
import { interleave } from '../interleave.ts'
import type { Effort, Goal, SectionResult } from '../result.ts'
import { best, distributionOf } from '../statistics.ts'

const MAX_RATIO = 1.1
const MAX_GROWTH = 1.2
const COUNT = 1000
const MANY = 10_000
const kinds = ['bare', 'with options'] as const

export async function manyClientsSection({ rounds, progress }: Effort): Promise<SectionResult> {
  const create = (kind: (typeof kinds)[number], count: number) =>
    runChild<Created>('children/many-clients.ts', kind, String(count))
  const samples = await interleave(kinds, rounds(2), (kind, round) => {
    progress(`round ${round + 1}: ${COUNT} clients, ${kind}`)
    return create(kind, COUNT)
  })
  progress(`${MANY} clients, with options`)
  const many = await create('with options', MANY)

  const of = (kind: (typeof kinds)[number], what: keyof Created) =>
    (samples.get(kind) ?? []).map(sample => sample[what])
  const ratio = (what: keyof Created) => best(of('with options', what)) / best(of('bare', what))
  const growth = (what: keyof Created) => many[what] / best(of('with options', what))
  const left = Math.max(many.left, ...of('with options', 'left'))
  return {
    title: 'Many clients',
    method:
      `A process creates ${COUNT.toLocaleString('en-US')} clients of Vision over gRPC, each with another endpoint and ` +
      'API key, and keeps them; then it closes them all. Bytes are those on the heap after a full collection, for each ' +
      'client. "Left" is the number of clients that are still there after closing and another collection.',
    tables: [
      {
        title: 'Of each client',
        columns: ['kind', 'clients', 'ms', 'bytes', 'left, of all'],
        rows: [
          ...kinds.map(kind => ({
            name: kind,
            cells: [
              COUNT,
              distributionOf(of(kind, 'milliseconds')),
              distributionOf(of(kind, 'bytes')),
              Math.max(...of(kind, 'left')),
            ],
          })),
          { name: 'with options', cells: [MANY, many.milliseconds, many.bytes, many.left] },
        ],
      },
    ],
    goals: [
      atMost(`${COUNT} clients, heap, to bare ones`, ratio('bytes'), MAX_RATIO),
      atMost(`${COUNT} clients, time, to bare ones`, ratio('milliseconds'), MAX_RATIO),
      atMost(`${MANY} clients, heap of each, to ${COUNT}`, growth('bytes'), MAX_GROWTH),
      atMost(`${MANY} clients, time of each, to ${COUNT}`, growth('milliseconds'), MAX_GROWTH),
      { goal: 'no client is left after close()', measured: `${left} left`, reached: left === 0 },
    ],
  }
}

function atMost(goal: string, measured: number, limit: number): Goal {
  return { goal: `${goal}: at most ${limit}x`, measured: `${measured.toFixed(2)}x`, reached: measured <= limit }
}
