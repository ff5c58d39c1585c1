import { runChild } from '../child.ts'
import { interleave } from '../interleave.ts'
import type { Effort, Goal, SectionResult, Table } from '../result.ts'
import { type Distribution, distributionOf, median } from '../statistics.ts'

/** What one process measured. */
export interface Registered {
  /** Until the last of the registrations can be had. */
  readonly milliseconds: number
  readonly bytes: number
  /** Nanoseconds of a lookup. */
  readonly lookup: number
}

const kinds = [
  'NestJS, ClientOptionsModule',
  'NestJS, bare',
  'Inversify, clientOptionsModule',
  'Inversify, bare',
] as const
const counts = [1, 100, 1000, 10_000] as const
const MOST_GROWTH = 1.2

export async function frameworksSection({ rounds, progress }: Effort): Promise<SectionResult> {
  const samples = new Map<number, ReadonlyMap<(typeof kinds)[number], readonly Registered[]>>()
  for (const count of counts) {
    progress(`${count} registrations`)
    samples.set(
      count,
      await interleave(kinds, rounds(2), kind =>
        runChild<Registered>('children/registrations.ts', kind, String(count)),
      ),
    )
  }
  const of = (kind: (typeof kinds)[number], count: number, member: keyof Registered) =>
    (samples.get(count)?.get(kind) ?? []).map(registered => registered[member])
  const table = (title: string, cell: (kind: (typeof kinds)[number], count: number) => Distribution): Table => ({
    title,
    columns: ['registrations', ...counts.map(String)],
    rows: kinds.map(kind => ({ name: kind, cells: counts.map(count => cell(kind, count)) })),
  })
  const growth = (kind: (typeof kinds)[number], member: 'milliseconds' | 'bytes') =>
    median(of(kind, 10_000, member)) / (10 * median(of(kind, 1000, member)))
  return {
    title: 'NestJS and Inversify',
    method:
      'Named registrations of options with an endpoint and a quota project, each in a module of its own; every sample ' +
      'is a process of its own, which has started the framework with one registration before. "bare" does without our ' +
      'adapter: it registers options that it has constructed itself. A lookup is one by its token, of all names in turn.',
    tables: [
      table('Milliseconds until all can be had', (kind, count) => distributionOf(of(kind, count, 'milliseconds'))),
      table('Kilobytes of each', (kind, count) =>
        distributionOf(of(kind, count, 'bytes').map(bytes => bytes / count / 1000)),
      ),
      table('Nanoseconds of a lookup', (kind, count) => distributionOf(of(kind, count, 'lookup'))),
      {
        title: '10,000 registrations, as a multiple of ten times 1,000',
        columns: ['registrations', 'time', 'memory'],
        rows: kinds.map(kind => ({ name: kind, cells: [growth(kind, 'milliseconds'), growth(kind, 'bytes')] })),
      },
    ],
    goals: kinds
      .filter(kind => !kind.endsWith('bare'))
      .flatMap(kind =>
        (['milliseconds', 'bytes'] as const).map((member): Goal => {
          const measured = growth(kind, member)
          const what = member === 'bytes' ? 'memory' : 'time'
          return {
            goal: `${kind}: 10,000 within ${MOST_GROWTH}x of ten times 1,000, ${what}`,
            measured: `${measured.toFixed(2)}x`,
            reached: measured <= MOST_GROWTH,
          }
        }),
      ),
  }
}
