import { once } from 'node:events'
import { finished } from 'node:stream/promises'

import { startGrpcServer, startVisionGrpcServer, startVisionHttpsServer } from '@client-options/loopback'
import type { SpeechClient } from '@google-cloud/speech'
import type { ImageAnnotatorClient } from '@google-cloud/vision'

import { type ClientUnderTest, type Handle, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'

function vision(libraries: Libraries, fallback: boolean): Pick<ClientUnderTest, 'create' | 'createPlain'> {
  return {
    create(server, options) {
      const { createClient } = libraries['@client-options/core/google-cloud']
      const { ImageAnnotatorClient } = libraries['@google-cloud/vision']
      return driveVision(createClient(ImageAnnotatorClient, { apiEndpoint: server.address, ...options }, { fallback }))
    },
    createPlain({ host, port }, credentials) {
      const { ImageAnnotatorClient } = libraries['@google-cloud/vision']
      return driveVision(new ImageAnnotatorClient({ apiEndpoint: host, port, credentials, projectId: 'p', fallback }))
    },
  }
}

function driveVision(client: ImageAnnotatorClient): Handle {
  const requests = [{ image: { content: Buffer.from('image') }, features: [{ type: 'LABEL_DETECTION' as const }] }]
  return {
    rotatable: client,
    async request(timeout = REQUEST_LIMIT) {
      const [answer] = await client.batchAnnotateImages({ requests }, { timeout })
      if (answer.responses?.length !== 1) throw new Error('The answer is not the one that the server gave')
    },
    close: () => client.close(),
  }
}

/** A generated client over gRPC, unary. */
export function visionGrpc(libraries: Libraries): ClientUnderTest {
  return {
    name: 'Vision, gRPC',
    transport: 'gRPC',
    hasLimit: true,
    start: authority => startVisionGrpcServer({ authority, requireClientCertificate: false }),
    ...vision(libraries, false),
  }
}

/** The same over REST. */
export function visionRest(libraries: Libraries): ClientUnderTest {
  return {
    name: 'Vision, REST',
    transport: 'HTTP',
    hasLimit: true,
    start: authority => startVisionHttpsServer({ authority, requireClientCertificate: false }),
    ...vision(libraries, true),
  }
}

/** `{ results: [{ stability: 0.5 }] }`, a StreamingRecognizeResponse as protobuf writes it. */
const speechAnswer = Buffer.from('12051d0000003f', 'hex')

/** A generated client over gRPC that streams both ways. */
export function speechStreaming(libraries: Libraries): ClientUnderTest {
  return {
    name: 'Speech, gRPC stream',
    transport: 'gRPC',
    start(authority) {
      const streams = { '/google.cloud.speech.v1.Speech/StreamingRecognize': () => speechAnswer }
      return startGrpcServer({ authority, requireClientCertificate: false, streams })
    },
    create(server, options) {
      const { createClient } = libraries['@client-options/core/google-cloud']
      const { SpeechClient } = libraries['@google-cloud/speech']
      return driveSpeech(createClient(SpeechClient, { apiEndpoint: server.address, ...options }))
    },
    createPlain({ host, port }, credentials) {
      const { SpeechClient } = libraries['@google-cloud/speech']
      return driveSpeech(new SpeechClient({ apiEndpoint: host, port, credentials, projectId: 'p' }))
    },
  }
}

function driveSpeech(client: SpeechClient): Handle {
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
}
