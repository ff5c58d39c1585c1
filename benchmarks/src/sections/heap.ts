import { runChild } from '../child.ts'
import { interleave } from '../interleave.ts'
import type { Effort, SectionResult } from '../result.ts'
import { distributionOf } from '../statistics.ts'

const kinds = ['ClientOptions, full', 'frozen literal, full', 'ClientOptions, small', 'frozen literal, small'] as const

export async function heapSection({ rounds, progress }: Effort): Promise<SectionResult> {
  const samples = await interleave(kinds, rounds(2), (kind, round) => {
    progress(`round ${round + 1}: ${kind}`)
    return runChild<{ bytes: number; nanoseconds: number }>('children/heap.ts', kind)
  })
  return {
    title: 'A million instances',
    method:
      'Each kind in a process of its own makes 1,000,000 instances and keeps them. Bytes are those on the heap after ' +
      'a full collection, per instance; the texts and functions are shared, the scopes of "full" are a copy. The time ' +
      'holds that of the garbage collector, which moves what is kept.',
    tables: [
      {
        title: 'Per instance',
        columns: ['kind', 'bytes', 'ns'],
        rows: kinds.map(kind => ({
          name: kind,
          cells: [
            distributionOf((samples.get(kind) ?? []).map(({ bytes }) => bytes)),
            distributionOf((samples.get(kind) ?? []).map(({ nanoseconds }) => nanoseconds)),
          ],
        })),
      },
    ],
    goals: [],
  }
}
