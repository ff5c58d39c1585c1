import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

import { onTestFinished } from 'vitest'

/** A port of this machine at which nothing listens. */
export async function unusedPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Lets a server listen for the time of a test, and returns its port. */
export async function onLoopback(server: Server): Promise<number> {
  onTestFinished(() => void server.close())
  return listen(server)
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server is not bound to a port')
  return address.port
}
