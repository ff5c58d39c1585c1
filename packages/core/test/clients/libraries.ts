import type * as bigquery from '@google-cloud/bigquery'
import type * as bigtable from '@google-cloud/bigtable'
import type * as cloudSql from '@google-cloud/cloud-sql-connector'
import type * as datastore from '@google-cloud/datastore'
import type * as dns from '@google-cloud/dns'
import type * as firestore from '@google-cloud/firestore'
import type * as logging from '@google-cloud/logging'
import type * as pubsub from '@google-cloud/pubsub'
import type * as spanner from '@google-cloud/spanner'
import type * as speech from '@google-cloud/speech'
import type * as storage from '@google-cloud/storage'
import type * as translate from '@google-cloud/translate'
import type * as vision from '@google-cloud/vision'
import type * as drive from '@googleapis/drive'
import type * as grpcJs from '@grpc/grpc-js'
import type * as authLibrary from 'google-auth-library'

import type * as cloudSqlEntry from '../../src/cloud-sql-connector.ts'
import type * as fetch from '../../src/fetch.ts'
import type * as googleAuth from '../../src/google-auth.ts'
import type * as googleCloud from '../../src/google-cloud.ts'
import type * as googleapis from '../../src/googleapis.ts'
import type * as grpc from '../../src/grpc.ts'
import type * as https from '../../src/https.ts'

/**
 * What clients are made with, by the name that a user imports: of this repository, or of a folder where an older generation
 * is installed. Read only when a client is created, so that a library that cannot be loaded fails the clients it is for.
 */
export interface Libraries {
  readonly '@client-options/core/cloud-sql-connector': typeof cloudSqlEntry
  readonly '@client-options/core/fetch': typeof fetch
  readonly '@client-options/core/google-auth': typeof googleAuth
  readonly '@client-options/core/google-cloud': typeof googleCloud
  readonly '@client-options/core/googleapis': typeof googleapis
  readonly '@client-options/core/grpc': typeof grpc
  readonly '@client-options/core/https': typeof https
  readonly '@google-cloud/bigquery': Pick<typeof bigquery, 'BigQuery'>
  readonly '@google-cloud/bigtable': Pick<typeof bigtable, 'Bigtable'>
  readonly '@google-cloud/spanner': Pick<typeof spanner, 'Database' | 'Spanner'>
  readonly '@google-cloud/datastore': Pick<typeof datastore, 'Datastore'>
  readonly '@google-cloud/firestore': Pick<typeof firestore, 'Firestore'>
  readonly '@google-cloud/logging': Pick<typeof logging, 'Logging'>
  readonly '@google-cloud/dns': Pick<typeof dns, 'DNS'>
  readonly '@google-cloud/cloud-sql-connector': Pick<typeof cloudSql, 'Connector'>
  readonly '@google-cloud/pubsub': Pick<typeof pubsub, 'PubSub'>
  readonly '@google-cloud/speech': Pick<typeof speech, 'SpeechClient'>
  readonly '@google-cloud/storage': Pick<typeof storage, 'Storage'>
  readonly '@google-cloud/translate': Pick<typeof translate, 'v2'>
  readonly '@google-cloud/vision': Pick<typeof vision, 'ImageAnnotatorClient'>
  readonly '@googleapis/drive': Pick<typeof drive, 'drive'>
  readonly '@grpc/grpc-js': Pick<typeof grpcJs, 'credentials' | 'makeClientConstructor'>
  readonly 'google-auth-library': Pick<typeof authLibrary, 'OAuth2Client'>
}
