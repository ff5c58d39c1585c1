import { createClient } from '@client-options/core/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'

import { interleave } from '../interleave.ts'
import { timed } from '../measure.ts'
import { bareGrpcClient, bareRestClient, type Contender, contenders, options } from '../requests/contenders.ts'
import { startServer } from '../requests/server-process.ts'
import type { Effort, Goal, SectionResult } from '../result.ts'
import { type Distribution, distributionOf, median } from '../statistics.ts'

/** Milliseconds that a first request may take more; fetch has no goal. */
const MAX_ADDED: Readonly<Record<Contender['name'], number>> = { 'Vision, gRPC': 2, 'Vision, REST': 5 }
const kinds = ['bare', 'with options'] as const

export async function clientsSection({ rounds, progress }: Effort): Promise<SectionResult> {
  await using server = await startServer()
  const { ca, grpcPort, httpsPort } = server
  const certificate = await server.issue('client')
  const source = () => certificate

  const creations = [
    {
      name: 'Vision, gRPC, nothing given',
      bare: () => new ImageAnnotatorClient(),
      'with options': () => createClient(ImageAnnotatorClient, {}),
    },
    {
      name: 'Vision, gRPC, certificate and key',
      bare: () => bareGrpcClient(ca, grpcPort, certificate),
      'with options': () => createClient(ImageAnnotatorClient, options(grpcPort, source), { projectId: 'benchmark' }),
    },
    {
      name: 'Vision, REST, certificate and key',
      bare: () => bareRestClient(ca, httpsPort, certificate),
      'with options': () =>
        createClient(ImageAnnotatorClient, options(httpsPort, source), { projectId: 'benchmark', fallback: true }),
    },
  ]
  const created: Compared[] = []
  for (const creation of creations) {
    progress(`${creation.name}: creating`)
    const times = await interleave(kinds, rounds(40), kind => creationTime(creation[kind]))
    created.push(compare(creation.name, times))
  }

  const first: Compared[] = []
  for (const contender of contenders) {
    progress(`${contender.name}: first request`)
    const times = await interleave(kinds, rounds(25), async kind => {
      const client = kind === 'bare' ? contender.bare(server, certificate) : contender.withOptions(server, source)
      const [time] = await timed(() => client.request())
      await client.close()
      return time * 1000
    })
    first.push(compare(contender.name, times))
  }

  const columns = ['client', 'bare, µs', 'with options, µs', 'added, µs', 'added, %']
  const rows = (compared: readonly Compared[]) =>
    compared.map(({ name, bare, withOptions, added, part }) => ({
      name,
      cells: [bare, withOptions, added, `${(part * 100).toFixed(1)} %`],
    }))
  return {
    title: 'Create a client, and its first request',
    method:
      'Both kinds take turns, in blocks of five for the creation, after a warm-up. Bare clients are given the ' +
      'certificate and the key in the best way that their library has: grpc-js then reads the certificate and the ' +
      'root when the client is created, whereas client options do it at the first request. The first request ' +
      'connects; its goals compare the best.',
    tables: [
      { title: 'Creation', columns, rows: rows(created) },
      { title: 'First request', columns, rows: rows(first) },
    ],
    goals: first.flatMap(({ name, bare, withOptions }): Goal[] => {
      const limit = MAX_ADDED[name]
      if (limit === undefined) return []
      const milliseconds = (withOptions.best - bare.best) / 1000
      return [
        {
          goal: `${name}: the first request takes at most ${limit} ms more`,
          measured: `${milliseconds.toFixed(1)} ms`,
          reached: milliseconds <= limit,
        },
      ]
    }),
  }
}

/** Microseconds that a client takes to create, the median of a few. */
async function creationTime(create: () => ImageAnnotatorClient): Promise<number> {
  const times = []
  for (let count = 0; count < 5; count++) {
    const [time, client] = await timed(create)
    times.push(time * 1000)
    await client.close()
  }
  return median(times)
}

interface Compared {
  readonly name: string
  readonly bare: Distribution
  readonly withOptions: Distribution
  readonly added: Distribution
  /** What is added, as a part of the bare client's time. */
  readonly part: number
}

function compare(name: string, times: ReadonlyMap<(typeof kinds)[number], readonly number[]>): Compared {
  const bare = times.get('bare') ?? []
  const withOptions = times.get('with options') ?? []
  const added = distributionOf(withOptions.map((time, round) => time - (bare[round] ?? NaN)))
  return {
    name,
    bare: distributionOf(bare),
    withOptions: distributionOf(withOptions),
    added,
    part: added.median / median(bare),
  }
}
