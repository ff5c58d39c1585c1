import * as bigquery from '@google-cloud/bigquery'
import * as pubsub from '@google-cloud/pubsub'
import * as speech from '@google-cloud/speech'
import * as storage from '@google-cloud/storage'
import * as vision from '@google-cloud/vision'
import * as grpcJs from '@grpc/grpc-js'
import * as authLibrary from 'google-auth-library'

import * as fetch from '../../src/fetch.ts'
import * as googleAuth from '../../src/google-auth.ts'
import * as googleCloud from '../../src/google-cloud.ts'
import * as grpc from '../../src/grpc.ts'
import * as https from '../../src/https.ts'
import { everyClient } from './every-client.ts'
import type { Libraries } from './libraries.ts'

/** This package's source, and the generation that it is developed with. */
export const libraries: Libraries = {
  '@client-options/core/fetch': fetch,
  '@client-options/core/google-auth': googleAuth,
  '@client-options/core/google-cloud': googleCloud,
  '@client-options/core/grpc': grpc,
  '@client-options/core/https': https,
  '@google-cloud/bigquery': bigquery,
  '@google-cloud/pubsub': pubsub,
  '@google-cloud/speech': speech,
  '@google-cloud/storage': storage,
  '@google-cloud/vision': vision,
  '@grpc/grpc-js': grpcJs,
  'google-auth-library': authLibrary,
}

/** What the effect matrix drives. */
export const allClients = everyClient(libraries)

/** What the other cross-cutting suites drive. */
export const clients = allClients.filter(({ goesOn }) => goesOn !== true)
