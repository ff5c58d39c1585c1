import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { createAuthority, type LoopbackServer, recordFigure, trustAuthority } from '@client-options/loopback'
import { expect, test } from 'vitest'

import { rotateClientCertificate } from '../../src/certificates/rotation.ts'
import { clients } from '../clients/all.ts'
import type { Handle } from '../clients/client-under-test.ts'

/** `npm run reliability` rotates more often, and under every client. */
const ROTATIONS = Number(process.env['LOAD_ROTATIONS'] ?? 12)
/** Until caches are filled, so that what is left behind afterwards is more. */
const WARM_UP = Math.min(ROTATIONS / 4, 50)
const isLong = process.env['LOAD_ROTATIONS'] !== undefined
const shown = isLong ? clients : clients.filter(({ name }) => ['Vision, gRPC', 'Vision, REST', 'fetch'].includes(name))

const WORKERS = 8
/** Connections that wait for another request, seen from both ends; one that is left at each rotation would be far more. */
const MOST_IDLE = 2 * WORKERS
/** What caches and the engine's own tables take while code gets warm; eight connections kept at each rotation take more. */
const MOST_GROWTH = 5_000_000

const authority = await createAuthority()
trustAuthority(authority)
const certificates = await Promise.all(
  Array.from({ length: ROTATIONS + 1 }, (_, index) => authority.issue({ commonName: String(index) })),
)

test.each(shown)(
  '$name: no request fails, no certificate is shown after its time, and nothing is left behind',
  { timeout: 60_000 + ROTATIONS * 1000 },
  async client => {
    await using server = await client.start(authority)
    const arrivals = arrivalsAt(server)
    let current = 0
    const key = client.refuses?.['apiKey'] === undefined ? { apiKey: 'K' } : {}
    const source = () => certificates[current] ?? expect.unreachable()
    const handle = client.create(server, { ...key, clientCertSource: source })

    /** Sends requests from all sides while the certificate is rotated, and gives when each was taken out of use. */
    async function rotateUnderLoad(rotations: number): Promise<{ latest: number[]; requests: number }> {
      const retired: number[] = []
      const load = startLoad(handle)
      for (let rotation = 0; rotation < rotations; rotation++) {
        const previous = current
        current = (current + 1) % certificates.length
        await rotateClientCertificate(handle.rotatable)
        retired[previous] = performance.now()
        // One that begins now shows the new certificate, and the others have gone on.
        await handle.request()
      }
      const { failures, slowest, requests } = await load.stop()
      expect(failures).toEqual([])
      expect(requests).toBeGreaterThan(rotations)
      return { latest: retired.map(time => time + slowest), requests }
    }

    await rotateUnderLoad(WARM_UP)
    const before = await atRest()
    arrivals.length = 0
    const { latest, requests } = await rotateUnderLoad(ROTATIONS)
    expect(new Set(arrivals.map(({ certificate }) => certificate)).size).toBeGreaterThanOrEqual(ROTATIONS)
    const late = arrivals.filter(({ certificate, time }) => time > (latest[certificate] ?? Infinity))
    expect(late).toEqual([])
    arrivals.length = 0

    const after = await atRest()
    expect(after.handles).toBeLessThanOrEqual(before.handles + MOST_IDLE)
    expect(after.heap - before.heap).toBeLessThan(MOST_GROWTH)
    const growth = kilobytes(Math.max(0, after.heap - before.heap))
    const figure = `${ROTATIONS} rotations, ${requests} requests, 0 failed; the heap grew by ${growth} kB`
    recordFigure('Rotation under load', client.name, figure)
    await handle.close()
  },
)

interface Arrival {
  readonly certificate: number
  readonly time: number
}

/** Notes which certificate each request showed and when; the requests themselves are not kept. */
function arrivalsAt({ requests }: LoopbackServer): Arrival[] {
  const arrivals: Arrival[] = []
  requests.push = ({ clientCertificate }) =>
    arrivals.push({ certificate: Number(clientCertificate), time: performance.now() })
  return arrivals
}

function startLoad(handle: Handle) {
  const ended = new AbortController()
  let slowest = 0
  let requests = 0
  const failures: unknown[] = []
  const workers = Array.from({ length: WORKERS }, async () => {
    while (!ended.signal.aborted) {
      const begun = performance.now()
      await handle.request().catch((error: unknown) => failures.push(error))
      slowest = Math.max(slowest, performance.now() - begun)
      requests += 1
    }
  })
  return {
    async stop() {
      ended.abort()
      await Promise.all(workers)
      return { failures, slowest, requests }
    },
  }
}

/** The handles and the memory when nothing is under way any more. */
async function atRest(): Promise<{ handles: number; heap: number }> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  for (let round = 0; round < 4; round++) {
    await pause(100)
    collect()
  }
  return { handles: process.getActiveResourcesInfo().length, heap: process.memoryUsage().heapUsed }
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1000)
}
