import { BigQuery } from '@google-cloud/bigquery'
import { Bigtable } from '@google-cloud/bigtable'
import { Datastore } from '@google-cloud/datastore'
import { DNS } from '@google-cloud/dns'
import { Firestore } from '@google-cloud/firestore'
import { Logging } from '@google-cloud/logging'
import { PubSub, Topic, v1 } from '@google-cloud/pubsub'
import { Spanner } from '@google-cloud/spanner'
import { SpeechClient } from '@google-cloud/speech'
import { Storage } from '@google-cloud/storage'
import { v2 } from '@google-cloud/translate'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { GoogleAuth } from 'google-auth-library'
import { describe, expectTypeOf, test } from 'vitest'

import { createClient, type ExtraOptions } from '../src/google-cloud.ts'
import { ClientOptions } from '../src/index.ts'

describe('createClient', () => {
  test('gives an instance of the class', () => {
    expectTypeOf(createClient(ImageAnnotatorClient, {})).toEqualTypeOf<ImageAnnotatorClient>()
    expectTypeOf(createClient(SpeechClient, new ClientOptions())).toEqualTypeOf<SpeechClient>()
    expectTypeOf(createClient(Storage, { api_key: 'K' })).toEqualTypeOf<Storage>()
    expectTypeOf(createClient(BigQuery, {})).toEqualTypeOf<BigQuery>()
    expectTypeOf(createClient(v2.Translate, {})).toEqualTypeOf<v2.Translate>()
    expectTypeOf(createClient(DNS, {})).toEqualTypeOf<DNS>()
    expectTypeOf(createClient(PubSub, {})).toEqualTypeOf<PubSub>()
    expectTypeOf(createClient(Spanner, {})).toEqualTypeOf<Spanner>()
    expectTypeOf(createClient(Bigtable, {})).toEqualTypeOf<Bigtable>()
    expectTypeOf(createClient(Datastore, {})).toEqualTypeOf<Datastore>()
    expectTypeOf(createClient(Firestore, {})).toEqualTypeOf<Firestore>()
    expectTypeOf(createClient(Logging, {})).toEqualTypeOf<Logging>()
  })

  test('takes the client’s own options, by their names and types', () => {
    createClient(ImageAnnotatorClient, {}, { fallback: true, projectId: 'project', libName: 'library' })
    createClient(Storage, {}, { projectId: 'project', retryOptions: { autoRetry: false } })
    expectTypeOf<ExtraOptions<typeof ImageAnnotatorClient>['projectId']>().toEqualTypeOf<string | undefined>()
    createClient(v2.Translate, {}, { projectId: 'project', autoRetry: false, maxRetries: 1 })
    createClient(Firestore, {}, { preferRest: true, databaseId: 'other' })
    // @ts-expect-error -- a project is named by a string
    createClient(ImageAnnotatorClient, {}, { projectId: 1 })
  })

  test('takes a version that was not tested only where the caller says so in so many words', () => {
    createClient(ImageAnnotatorClient, {}, { untried: true })
    createClient(DNS, {}, { untried: true, projectId: 'project' })
    createClient(Storage, {}, { untried: undefined })
    // @ts-expect-error -- true
    createClient(Storage, {}, { untried: 'yes' })
  })

  test('refuses a class that it does not support', () => {
    // @ts-expect-error -- createAuth
    createClient(GoogleAuth, {})
    // @ts-expect-error -- made by a PubSub
    createClient(Topic, {})
    // @ts-expect-error -- a class of the user's
    createClient(class Other {}, {})
    createClient(v1.PublisherClient, {})
    createClient(class MyStorage extends Storage {}, {})
    createClient(class MyVision extends ImageAnnotatorClient {}, {})
  })

  test('refuses what the client options say', () => {
    // @ts-expect-error -- credentialsFile
    createClient(ImageAnnotatorClient, {}, { keyFilename: 'key.json' })
    // @ts-expect-error -- in the second argument
    createClient(ImageAnnotatorClient, {}, { quotaProjectId: 'project' })
    // @ts-expect-error -- in the second argument
    createClient(ImageAnnotatorClient, {}, { credentials_file: 'key.json' })
    // @ts-expect-error -- in the second argument
    createClient(PubSub, {}, { clientCertSource: () => ['cert', 'key'] })
    // @ts-expect-error -- apiEndpoint
    createClient(Storage, {}, { apiEndpoint: 'storage.example.com' })
    // @ts-expect-error -- apiEndpoint
    createClient(Firestore, {}, { host: 'localhost:8080' })
    // @ts-expect-error -- an http:// apiEndpoint
    createClient(Firestore, {}, { ssl: false })
    // @ts-expect-error -- apiKey
    createClient(v2.Translate, {}, { key: 'K' })
    // @ts-expect-error -- no option
    createClient(ImageAnnotatorClient, { apiKee: 'K' })
    // @ts-expect-error -- not a class
    createClient({}, {})
  })
})
