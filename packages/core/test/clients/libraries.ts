import type * as bigquery from '@google-cloud/bigquery'
import type * as pubsub from '@google-cloud/pubsub'
import type * as speech from '@google-cloud/speech'
import type * as storage from '@google-cloud/storage'
import type * as vision from '@google-cloud/vision'
import type * as grpcJs from '@grpc/grpc-js'
import type * as authLibrary from 'google-auth-library'

import type * as fetch from '../../src/fetch.ts'
import type * as googleAuth from '../../src/google-auth.ts'
import type * as googleCloud from '../../src/google-cloud.ts'
import type * as grpc from '../../src/grpc.ts'
import type * as https from '../../src/https.ts'

/**
 * What clients are made with, by the name that a user imports: of this repository, or of a folder where an older generation
 * is installed. Read only when a client is created, so that a library that cannot be loaded fails the clients it is for.
 */
export interface Libraries {
  readonly '@client-options/core/fetch': typeof fetch
  readonly '@client-options/core/google-auth': typeof googleAuth
  readonly '@client-options/core/google-cloud': typeof googleCloud
  readonly '@client-options/core/grpc': typeof grpc
  readonly '@client-options/core/https': typeof https
  readonly '@google-cloud/bigquery': Pick<typeof bigquery, 'BigQuery'>
  readonly '@google-cloud/pubsub': Pick<typeof pubsub, 'PubSub'>
  readonly '@google-cloud/speech': Pick<typeof speech, 'SpeechClient'>
  readonly '@google-cloud/storage': Pick<typeof storage, 'Storage'>
  readonly '@google-cloud/vision': Pick<typeof vision, 'ImageAnnotatorClient'>
  readonly '@grpc/grpc-js': Pick<typeof grpcJs, 'credentials' | 'makeClientConstructor'>
  readonly 'google-auth-library': Pick<typeof authLibrary, 'OAuth2Client'>
}
