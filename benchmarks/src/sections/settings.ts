import { runChild } from '../child.ts'
import type { Effort, SectionResult } from '../result.ts'
import { distributionOf } from '../statistics.ts'

export async function settingsSection({ rounds, progress }: Effort): Promise<SectionResult> {
  const all: Record<string, number>[] = []
  for (let round = 0; round < rounds(5); round++) {
    progress(`round ${round + 1}`)
    all.push(await runChild('children/settings.ts'))
  }
  const titles = Object.keys(all[0] ?? {})
  return {
    title: 'Resolve, change and show',
    method:
      'The options are those of "valid, full" above. Each round is a process of its own, where mitata gives the ' +
      'median of each call. The limits do the same work with nothing to check and nothing to hide.',
    tables: [
      {
        title: 'Nanoseconds of a call',
        columns: ['call', 'ns'],
        rows: titles.map(title => ({ name: title, cells: [distributionOf(all.map(times => times[title] ?? NaN))] })),
      },
    ],
    goals: [],
  }
}
