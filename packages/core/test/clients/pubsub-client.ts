import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'

import { type LoopbackServer, startGrpcServer } from '@client-options/loopback'
import type { PubSub } from '@google-cloud/pubsub'

import { type ClientUnderTest, type Handle, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'

/** `{ messageIds: ['1'] }`, a PublishResponse. */
const published = Buffer.from('0a0131', 'hex')
/** `{ receivedMessages: [{ ackId: '1', message: { data: 'x', messageId: '1' } }] }`, a StreamingPullResponse. */
const pulled = Buffer.from('0a0b0a013112060a01781a0131', 'hex')
const nothing = Buffer.alloc(0)

const methods = {
  '/google.pubsub.v1.Publisher/Publish': () => published,
  '/google.pubsub.v1.Subscriber/Acknowledge': () => nothing,
  '/google.pubsub.v1.Subscriber/ModifyAckDeadline': () => nothing,
}
/** One message a stream: only the first request on a stream names the subscription. */
const streams = {
  '/google.pubsub.v1.Subscriber/StreamingPull': ({ body }: { body: Uint8Array }) =>
    body.length > 0 ? pulled : nothing,
}

type Request = (client: PubSub, limit: number, server: LoopbackServer) => Promise<void>

function pubSub(libraries: Libraries, request: Request) {
  const drive = (server: LoopbackServer, client: PubSub): Handle => ({
    rotatable: client,
    request: (limit = REQUEST_LIMIT) => request(client, limit, server),
    close: () => client.close(),
  })
  return {
    transport: 'gRPC',
    start: authority => startGrpcServer({ authority, requireClientCertificate: false, methods, streams }),
    create(server, options) {
      const { createClient } = libraries['@client-options/core/google-cloud']
      const { PubSub } = libraries['@google-cloud/pubsub']
      return drive(server, createClient(PubSub, { apiEndpoint: server.address, ...options }, { projectId: 'project' }))
    },
    createPlain(server, credentials) {
      const { PubSub } = libraries['@google-cloud/pubsub']
      const { address: apiEndpoint } = server
      return drive(server, new PubSub({ apiEndpoint, emulatorMode: false, credentials, projectId: 'project' }))
    },
  } satisfies Omit<ClientUnderTest, 'name'>
}

/** A class that is written by hand over generated clients: unary calls. */
export function pubSubPublish(libraries: Libraries): ClientUnderTest {
  return {
    name: 'PubSub, publish',
    hasLimit: true,
    ...pubSub(libraries, async (client, limit) => {
      const topic = client.topic('topic', { batching: { maxMessages: 1 }, gaxOpts: { timeout: limit } })
      const id = await topic.publishMessage({ data: Buffer.from('x') })
      if (id !== '1') throw new Error('The answer is not the one that the server gave')
    }),
  }
}

/** The same, by a stream; the library then extends the lease of a message, and acknowledges it. */
export function pubSubStreamingPull(libraries: Libraries): ClientUnderTest {
  return {
    name: 'PubSub, streaming pull',
    requestsPerCall: 3,
    goesOn: true,
    ...pubSub(libraries, async (client, limit, { requests }) => {
      const wanted = requests.length + 3
      const subscription = client.subscription('subscription', { streamingOptions: { maxStreams: 1 } })
      const [message] = await once(subscription, 'message')
      message.ack()
      await subscription.close()
      for (const start = Date.now(); requests.length < wanted && Date.now() - start < limit;) await setTimeout(5)
      if (String(message.data) !== 'x') throw new Error('The answer is not the one that the server gave')
    }),
  }
}
