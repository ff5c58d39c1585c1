import { once } from 'node:events'
import { request } from 'node:http'

import { expect, test } from 'vitest'

import { startHttpServer } from './http-server.ts'
import { startProxy, type TestProxy } from './proxy.ts'

/** Asks for a tunnel, and sends a request for `/` through it when there is one. */
async function connect(proxy: TestProxy, target: string, headers = {}): Promise<string> {
  const outgoing = request({ host: '127.0.0.1', port: proxy.port, method: 'CONNECT', path: target, headers })
  outgoing.end()
  const [response, socket] = await Promise.race([once(outgoing, 'connect'), once(outgoing, 'response')])
  if (response.statusCode !== 200) return String(response.statusCode)
  socket.write('GET / HTTP/1.1\r\nhost: there\r\nx-secret: canary\r\nconnection: close\r\n\r\n')
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks).toString().split('\r\n')[0] ?? ''
}

test('leads to the port of the target on this machine, and records what it read', async () => {
  await using server = await startHttpServer({ tls: false })
  await using proxy = await startProxy()
  expect(await connect(proxy, `vision.example.com:${server.port}`)).toContain('404')
  expect(proxy.tunnels).toEqual([{ target: `vision.example.com:${server.port}` }])
  expect(Object.isFrozen(proxy.tunnels[0])).toBe(true)
  expect(proxy.received()).toContain('x-secret: canary')
  expect(server.requests).toMatchObject([{ headers: { 'x-secret': 'canary' } }])

  proxy.clear()
  expect([proxy.tunnels, proxy.received()]).toEqual([[], ''])
})

test('leads to one server', async () => {
  await using server = await startHttpServer({ tls: false })
  await using proxy = await startProxy({ to: server })
  expect(await connect(proxy, 'vision.googleapis.com:443')).toContain('404')
  expect(server.requests).toHaveLength(1)
})

test('demands a password, records the others, and does not show them in what it received', async () => {
  await using server = await startHttpServer({ tls: false })
  await using proxy = await startProxy({ user: { name: 'me', password: 'open sesame' }, to: server })
  const basic = (text: string) => ({ 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` })
  expect(await connect(proxy, 'a:1')).toBe('407')
  expect(await connect(proxy, 'b:1', basic('me:close sesame'))).toBe('407')
  expect(await connect(proxy, 'c:1', basic('me:open sesame'))).toContain('404')
  expect(proxy.tunnels.map(({ target }) => target)).toEqual(['a:1', 'b:1', 'c:1'])
  expect(proxy.tunnels[0]).not.toHaveProperty('authorization')
  expect(proxy.tunnels[1]?.authorization).toBe(basic('me:close sesame')['proxy-authorization'])
  expect(proxy.received()).not.toContain(Buffer.from('me:open sesame').toString('base64'))
  expect(new URL(proxy.url)).toMatchObject({ username: 'me', password: 'open%20sesame', port: String(proxy.port) })
  expect(proxy.environment).toEqual({ HTTPS_PROXY: proxy.url, https_proxy: proxy.url, NO_PROXY: '', no_proxy: '' })
})

test('refuses every tunnel', async () => {
  await using proxy = await startProxy({ status: 403 })
  expect(await connect(proxy, 'a:1')).toBe('403')
})
