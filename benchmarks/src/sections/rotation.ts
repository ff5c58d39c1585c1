import { rotateClientCertificate } from '@client-options/core/node'

import { interleave } from '../interleave.ts'
import { contenders, type ReadyClient } from '../requests/contenders.ts'
import { startServer } from '../requests/server-process.ts'
import type { Effort, Goal, SectionResult } from '../result.ts'
import { distributionOf, median, quantile } from '../statistics.ts'

const PHASE = 750
const EVERY = 250
const IN_FLIGHT = 8
const kinds = ['steady', 'rotating'] as const

interface Phase {
  readonly latencies: readonly number[]
  readonly failures: readonly unknown[]
  readonly rotations: number
}

export async function rotationSection({ rounds, progress }: Effort): Promise<SectionResult> {
  await using server = await startServer()
  const certificates = [await server.issue('one'), await server.issue('other')] as const
  const found = []
  for (const contender of contenders) {
    progress(contender.name)
    let turn = 0
    const client = contender.withOptions(server, () => certificates[turn++ % 2 === 0 ? 0 : 1])
    await phase(client, false)
    const phases = await interleave(kinds, rounds(3), kind => phase(client, kind === 'rotating'))
    await client.close()
    found.push({ name: contender.name, phases })
  }
  for (const { name, phases } of found) {
    for (const failure of failuresOf(phases).slice(0, 3)) progress(`${name}: ${String(failure)}`)
  }
  return {
    title: 'Certificate rotation under load',
    method:
      `${IN_FLIGHT} requests are under way all the time. Phases of ${PHASE} ms without and with a rotation every ` +
      `${EVERY} ms take turns; each rotation loads the other of two certificates, and new connections show it.`,
    tables: [
      {
        title: 'Requests in the phases',
        columns: ['client', 'requests', 'rotations', 'failed', 'µs, median', 'µs, 99th percentile', 'µs, longest'],
        rows: found.flatMap(({ name, phases }) =>
          kinds.map(kind => {
            const own = phases.get(kind) ?? []
            const sorted = own.flatMap(({ latencies }) => latencies).toSorted((one, other) => one - other)
            const failures = own.reduce((sum, one) => sum + one.failures.length, 0)
            const rotations = own.reduce((sum, one) => sum + one.rotations, 0)
            return {
              name: `${name}, ${kind}`,
              cells: [
                sorted.length,
                rotations,
                failures,
                distributionOf(own.map(({ latencies }) => median(latencies))),
                quantile(sorted, 0.99),
                quantile(sorted, 1),
              ],
            }
          }),
        ),
      },
    ],
    goals: found.map(({ name, phases }): Goal => {
      const failed = failuresOf(phases).length
      return { goal: `${name}: no request fails`, measured: `${failed} failed`, reached: failed === 0 }
    }),
  }
}

function failuresOf(phases: ReadonlyMap<string, readonly Phase[]>): readonly unknown[] {
  return [...phases.values()].flat().flatMap(({ failures }) => failures)
}

async function phase({ request, rotatable }: ReadyClient, rotating: boolean): Promise<Phase> {
  const latencies: number[] = []
  const failures: unknown[] = []
  const end = performance.now() + PHASE
  async function keepAsking(): Promise<void> {
    while (performance.now() < end) {
      const start = performance.now()
      try {
        await request()
        latencies.push((performance.now() - start) * 1000)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  let rotations = 0
  const timer = setInterval(() => {
    if (!rotating || rotatable === undefined) return
    rotations++
    rotateClientCertificate(rotatable).catch((error: unknown) => failures.push(error))
  }, EVERY)
  await Promise.all(Array.from({ length: IN_FLIGHT }, keepAsking))
  clearInterval(timer)
  return { latencies, failures, rotations }
}
