import { once } from 'node:events'
import { type Agent, type AgentOptions, request as httpsRequest } from 'node:https'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate as untilNextTurn } from 'node:timers/promises'

import { createAuthority, type IssuedCertificate, trustAuthority } from '@client-options/loopback'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { rotateClientCertificate } from '../src/certificates/rotation.ts'
import { createAgent } from '../src/https.ts'

const authority = await createAuthority()
trustAuthority(authority)
const certificate = await authority.issue({ commonName: 'client' })
const { cert, key } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'], usage: 'server' })

let server: Server
let port: number
let paths: string[]
let connections: { total: number; open: number; most: number }

beforeEach(async () => {
  paths = []
  connections = { total: 0, open: 0, most: 0 }
  server = createServer({ cert, key, ca: authority.certificate, requestCert: true }, (request, response) => {
    paths.push(request.url ?? '')
    setImmediate(() => response.end('fine'))
  })
  server.on('secureConnection', socket => {
    connections.total += 1
    connections.open += 1
    connections.most = Math.max(connections.most, connections.open)
    socket.on('close', () => (connections.open -= 1))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  return () => {
    server.close()
    server.closeAllConnections()
  }
})

function agentOf(options: AgentOptions, clientCertSource: () => unknown = () => certificate): Agent {
  const agent = createAgent({ clientCertSource: clientCertSource as () => IssuedCertificate }, options)
  onTestFinished(() => agent.destroy())
  return agent
}

function send(agent: Agent, path = '/', at = port): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ host: 'localhost', port: at, path, agent })
    request.on('response', response => void text(response).then(resolve, reject))
    request.on('error', reject)
    request.end()
  })
}

function sendMany(agent: Agent, count: number): Promise<PromiseSettledResult<string>[]> {
  return Promise.allSettled(Array.from({ length: count }, (_, index) => send(agent, `/${index}`)))
}

describe.each<AgentOptions>([
  { maxSockets: 2 },
  { maxTotalSockets: 2 },
  { maxSockets: 1 },
  { maxSockets: 5, maxTotalSockets: 3 },
])('an agent with %o', options => {
  const limit = Math.min(options.maxSockets ?? Infinity, options.maxTotalSockets ?? Infinity)

  test('opens no more connections than that, reuses them, and sends requests in order', async () => {
    const agent = agentOf(options)
    const outcomes = await sendMany(agent, 14)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
    expect(connections.total).toBe(limit)
    if (limit === 1) expect(paths).toEqual(Array.from({ length: 14 }, (_, index) => `/${index}`))
    await sendMany(agent, 14)
    expect(connections.total).toBe(limit)
  })

  test('opens no more while the certificate takes its time, and after the load', async () => {
    const agent = agentOf(options, async () => {
      await untilNextTurn()
      return certificate
    })
    await Promise.all([sendMany(agent, 5), untilNextTurn().then(() => sendMany(agent, 5))])
    expect(connections.total).toBe(limit)
  })

  test('goes on after the certificate could not be loaded', async () => {
    const source = vi.fn<() => unknown>(() => certificate)
    source.mockImplementationOnce(() => Promise.reject(new Error('the vault is sealed')))
    const agent = agentOf(options, source)
    for (const outcome of await sendMany(agent, 6)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'source_failed' } })
    }
    for (const outcome of await sendMany(agent, 6)) expect(outcome.status).toBe('fulfilled')
    expect(connections.total).toBe(limit)
    expect(source).toHaveBeenCalledTimes(2)
  })

  test('goes on after connections that failed', async () => {
    const agent = agentOf(options)
    const refused = await Promise.allSettled(Array.from({ length: 6 }, () => send(agent, '/', 1)))
    for (const outcome of refused)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ECONNREFUSED' } })
    for (const outcome of await sendMany(agent, 6)) expect(outcome.status).toBe('fulfilled')
    expect(connections.total).toBeLessThanOrEqual(limit)
  })

  test('keeps to it when the certificate rotates under way, and no request fails', async () => {
    const agent = agentOf(options)
    const first = sendMany(agent, 8)
    await once(server, 'request')
    await rotateClientCertificate(agent)
    const outcomes = [...(await first), ...(await sendMany(agent, 8))]
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
    expect(connections.total).toBeGreaterThan(limit)
    expect(connections.total).toBeLessThanOrEqual(2 * limit)
    expect(Object.values(agent.requests)).toEqual([])
  })

  test.each(['renewed', 'not renewed'])(
    'requests that wait while the certificate ends, and is %s, all end',
    async outcome => {
      const ending = await authority.issue({ commonName: 'ending', notAfter: new Date(Date.now() + 60_000) })
      const source = vi.fn<() => unknown>(() => {
        if (outcome === 'not renewed') throw new Error('the vault is sealed')
        return certificate
      })
      source.mockReturnValueOnce(ending)
      const agent = agentOf(options, source)
      vi.useFakeTimers({ toFake: ['Date'] })
      onTestFinished(() => void vi.useRealTimers())
      const requests = sendMany(agent, 8)
      await once(server, 'request')
      vi.setSystemTime(Date.now() + 61_000)
      const statuses = (await requests).map(({ status }) => status)
      const sent = statuses.filter(status => status === 'fulfilled').length
      if (outcome === 'renewed') expect(sent).toBe(8)
      // Those that had a connection.
      else expect(sent).toBeLessThanOrEqual(limit)
      expect(paths).toHaveLength(sent)
      expect(Object.values(agent.requests).flat()).toEqual([])
    },
  )
})

test('an agent without limits reuses a connection, the oldest first where it is asked for', async () => {
  const agent = agentOf({ scheduling: 'fifo' })
  await sendMany(agent, 3)
  const { total } = connections
  for (let round = 0; round < 6; round++) await send(agent)
  expect(connections.total).toBe(total)
})

test('a request that is destroyed while its certificate is loaded ends at once, and others go on', async () => {
  let give: (certificate: IssuedCertificate) => void = () => {}
  const agent = agentOf({}, () => new Promise(resolve => (give = resolve)))
  const other = send(agent, '/other')
  const request = httpsRequest({ host: 'localhost', port, path: '/destroyed', agent })
  const failure = once(request, 'error')
  const closed = new Promise<void>(resolve => request.once('close', () => resolve()))
  request.end()
  request.destroy(new Error('not needed any more'))
  expect((await failure)[0]).toMatchObject({ message: 'not needed any more' })
  await closed
  give(certificate)
  expect(await other).toBe('fine')
  expect(paths).toEqual(['/other'])
})
