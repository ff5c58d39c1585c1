import 'reflect-metadata'
import { once } from 'node:events'

import { Container } from 'inversify'

import { Labels } from './labels.ts'
import { labelServer } from './server.ts'
import { visionModules } from './vision.ts'

const container = new Container({ defaultScope: 'Singleton' })
container.load(...visionModules)
container.bind(Labels).toSelf()

// Resolved now, so that bad options fail the start and not the first request.
const server = labelServer(container.get(Labels))
server.listen(Number(process.env['PORT'] || 3000))
await once(server, 'listening')
const address = server.address()
console.log(`Listening on http://localhost:${typeof address === 'object' ? address?.port : address}`)

// Finishes the requests under way, and closes the clients; then nothing is left to do, and the process ends.
process.once('SIGTERM', () => {
  server.close(() => void container.unbindAllAsync())
})
