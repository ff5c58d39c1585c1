import * as bigquery from '@google-cloud/bigquery'
import * as bigtable from '@google-cloud/bigtable'
import * as cloudSql from '@google-cloud/cloud-sql-connector'
import * as datastore from '@google-cloud/datastore'
import * as dns from '@google-cloud/dns'
import * as firestore from '@google-cloud/firestore'
import * as logging from '@google-cloud/logging'
import * as pubsub from '@google-cloud/pubsub'
import * as spanner from '@google-cloud/spanner'
import * as speech from '@google-cloud/speech'
import * as storage from '@google-cloud/storage'
import * as translate from '@google-cloud/translate'
import * as vision from '@google-cloud/vision'
import * as drive from '@googleapis/drive'
import * as grpcJs from '@grpc/grpc-js'
import * as authLibrary from 'google-auth-library'

import * as cloudSqlEntry from '../../src/cloud-sql-connector.ts'
import * as fetch from '../../src/fetch.ts'
import * as googleAuth from '../../src/google-auth.ts'
import * as googleCloud from '../../src/google-cloud.ts'
import * as googleapis from '../../src/googleapis.ts'
import * as grpc from '../../src/grpc.ts'
import * as https from '../../src/https.ts'
import { everyClient } from './every-client.ts'
import { firebaseClients } from './firebase-clients.ts'
import { genaiClients } from './genai-clients.ts'
import type { Libraries } from './libraries.ts'

/** This package's source, and the generation that it is developed with. */
export const libraries: Libraries = {
  '@client-options/core/cloud-sql-connector': cloudSqlEntry,
  '@client-options/core/fetch': fetch,
  '@client-options/core/google-auth': googleAuth,
  '@client-options/core/google-cloud': googleCloud,
  '@client-options/core/googleapis': googleapis,
  '@client-options/core/grpc': grpc,
  '@client-options/core/https': https,
  '@google-cloud/bigquery': bigquery,
  '@google-cloud/bigtable': bigtable,
  '@google-cloud/spanner': spanner,
  '@google-cloud/datastore': datastore,
  '@google-cloud/firestore': firestore,
  '@google-cloud/logging': logging,
  '@google-cloud/dns': dns,
  '@google-cloud/cloud-sql-connector': cloudSql,
  '@google-cloud/pubsub': pubsub,
  '@google-cloud/speech': speech,
  '@google-cloud/storage': storage,
  '@google-cloud/translate': translate,
  '@google-cloud/vision': vision,
  '@googleapis/drive': drive,
  '@grpc/grpc-js': grpcJs,
  'google-auth-library': authLibrary,
}

/** What the effect matrix drives. */
export const allClients = [...everyClient(libraries), ...genaiClients, ...firebaseClients]

/** What the other cross-cutting suites drive. */
export const clients = allClients.filter(({ goesOn }) => goesOn !== true)
