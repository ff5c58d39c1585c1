import { interleave } from '../interleave.ts'
import { type Contender, contenders, type ReadyClient } from '../requests/contenders.ts'
import { startServer } from '../requests/server-process.ts'
import type { Effort, Goal, SectionResult } from '../result.ts'
import { best, distributionOf, median, quantile } from '../statistics.ts'

const kinds = ['bare', 'bare, again', 'with options'] as const
type Kind = (typeof kinds)[number]

const BLOCK = 50
const IN_FLIGHT = 16
/** What a steady request may cost more, as a part of the bare client's time. */
const MAX_ADDED: Readonly<Record<Contender['name'], number>> = {
  'Vision, gRPC': 0.02,
  'Vision, REST': 0.02,
  fetch: 0.05,
}

/** A block of requests, one after the other. */
interface Block {
  readonly latencies: readonly number[]
  readonly median: number
}

export async function requestsSection({ rounds, progress }: Effort): Promise<SectionResult> {
  await using server = await startServer()
  const certificate = await server.issue('client')
  const found = []
  for (const contender of contenders) {
    progress(`${contender.name}: ${rounds(40) * BLOCK} requests of each kind, one after the other`)
    const clients: Record<Kind, ReadyClient> = {
      bare: contender.bare(server, certificate),
      'bare, again': contender.bare(server, certificate),
      'with options': contender.withOptions(server, () => certificate),
    }
    for (const kind of kinds) for (let count = 0; count < 10 * BLOCK; count++) await clients[kind].request()
    const blocks = await interleave(kinds, rounds(40), kind => block(clients[kind]))
    progress(`${contender.name}: ${IN_FLIGHT} at a time`)
    const rates = await interleave(kinds, rounds(12), kind => rate(clients[kind]))
    for (const kind of kinds) await clients[kind].close()
    found.push({ name: contender.name, blocks, rates })
  }

  const latency = found.flatMap(({ name, blocks, rates }) =>
    kinds.map(kind => {
      const own = blocks.get(kind) ?? []
      const all = own.flatMap(({ latencies }) => latencies).toSorted((one, other) => one - other)
      return {
        name: `${name}, ${kind}`,
        cells: [
          distributionOf(all.map(inMicroseconds)),
          inMicroseconds(quantile(all, 0.99)),
          distributionOf(rates.get(kind) ?? []),
        ],
      }
    }),
  )
  const added = found.map(({ name, blocks }) => {
    const medians = (kind: Kind) => (blocks.get(kind) ?? []).map(block => inMicroseconds(block.median))
    const bare = medians('bare')
    /** What a kind takes more than the bare client: block by block, and the best blocks of each. */
    const more = (kind: Kind) => ({
      byBlock: distributionOf(medians(kind).map((time, round) => time - (bare[round] ?? Number.NaN))),
      best: best(medians(kind)) - best(bare),
    })
    return { name, bare: distributionOf(bare), noise: more('bare, again'), added: more('with options') }
  })
  return {
    title: 'Steady requests',
    method:
      'BatchAnnotateImages with an image of 1 KiB, on a loopback server in another process that demands a client ' +
      'certificate and an API key. The bare client gives both in the best way that its own library has. Blocks of ' +
      `${BLOCK} requests take turns between the clients; what is added is the difference between the medians of ` +
      'neighbouring blocks. "bare, again" is a second bare client: its difference is the noise. Requests per second ' +
      `are those with ${IN_FLIGHT} under way. The goals compare the best blocks of each.`,
    tables: [
      { title: 'Each client', columns: ['client', 'µs, median', 'µs, 99th percentile', 'requests/s'], rows: latency },
      {
        title: 'Added to a request',
        columns: ['client', 'bare, µs', 'noise, µs', 'added, µs', 'added, %'],
        rows: added.map(({ name, bare, noise, added: { byBlock } }) => ({
          name,
          cells: [bare.median, noise.byBlock, byBlock, `${((byBlock.median / bare.median) * 100).toFixed(1)} %`],
        })),
      },
    ],
    goals: added.map(({ name, bare, noise, added: more }): Goal => {
      const limit = MAX_ADDED[name] ?? 0
      const part = more.best / bare.best
      const isNoise = more.best <= Math.abs(noise.best)
      return {
        goal: `${name}: a steady request costs at most ${limit * 100} % more`,
        measured: `${(part * 100).toFixed(1)} %, ${more.best.toFixed(1)} µs${isNoise ? ', within the noise' : ''}`,
        reached: part <= limit || isNoise,
      }
    }),
  }
}

async function block(client: ReadyClient): Promise<Block> {
  const latencies = []
  for (let count = 0; count < BLOCK; count++) {
    const start = performance.now()
    await client.request()
    latencies.push(performance.now() - start)
  }
  return { latencies, median: median(latencies) }
}

/** Requests per second with many under way. */
async function rate(client: ReadyClient): Promise<number> {
  const total = 20 * IN_FLIGHT
  let begun = 0
  const start = performance.now()
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (begun++ < total) await client.request()
    }),
  )
  return (total / (performance.now() - start)) * 1000
}

function inMicroseconds(milliseconds: number): number {
  return milliseconds * 1000
}
