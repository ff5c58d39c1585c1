import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { finished } from 'node:stream/promises'

import { startGrpcServer, startVisionGrpcServer, startVisionHttpsServer } from '@client-options/loopback'
import { SpeechClient } from '@google-cloud/speech'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { protobuf } from 'google-gax'

import { createClient } from '../../src/google-cloud.ts'
import { type ClientUnderTest, REQUEST_LIMIT } from './client-under-test.ts'

function vision(fallback: boolean): Pick<ClientUnderTest, 'create'> {
  return {
    create(server, options) {
      const all = { apiEndpoint: server.address, ...options }
      const client = createClient(ImageAnnotatorClient, all, { fallback })
      const requests = [{ image: { content: Buffer.from('image') }, features: [{ type: 'LABEL_DETECTION' as const }] }]
      return {
        rotatable: client,
        async request(timeout = REQUEST_LIMIT) {
          const [answer] = await client.batchAnnotateImages({ requests }, { timeout })
          if (answer.responses?.length !== 1) throw new Error('The answer is not the one that the server gave')
        },
        close: () => client.close(),
      }
    },
  }
}

/** A generated client over gRPC, unary. */
export const visionGrpc: ClientUnderTest = {
  name: 'Vision, gRPC',
  start: authority => startVisionGrpcServer({ authority, requireClientCertificate: false }),
  ...vision(false),
}

/** The same over REST. */
export const visionRest: ClientUnderTest = {
  name: 'Vision, REST',
  start: authority => startVisionHttpsServer({ authority, requireClientCertificate: false }),
  ...vision(true),
}

/** A generated client over gRPC that streams both ways. */
export const speechStreaming: ClientUnderTest = {
  name: 'Speech, gRPC stream',
  start(authority) {
    const answer = speechAnswer()
    const streams = { '/google.cloud.speech.v1.Speech/StreamingRecognize': () => answer }
    return startGrpcServer({ authority, requireClientCertificate: false, streams })
  },
  create(server, options) {
    const client = createClient(SpeechClient, { apiEndpoint: server.address, ...options })
    return {
      rotatable: client,
      async request() {
        await client.initialize()
        const stream = client._streamingRecognize()
        const answered = once(stream, 'data')
        stream.write({ streamingConfig: { config: { languageCode: 'en' } } })
        const [answer] = await answered
        stream.end()
        await finished(stream.resume())
        if (answer.results[0].stability < 0.4) throw new Error('The answer is not the one that the server gave')
      },
      close: () => client.close(),
    }
  },
}

function speechAnswer(): Buffer {
  const protos = createRequire(import.meta.url).resolve('@google-cloud/speech/build/protos/protos.json')
  const root = protobuf.Root.fromJSON(JSON.parse(readFileSync(protos, 'utf8')))
  const type = root.lookupType('google.cloud.speech.v1.StreamingRecognizeResponse')
  return Buffer.from(type.encode(type.fromObject({ results: [{ stability: 0.5 }] })).finish())
}
