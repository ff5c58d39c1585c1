import { BigQuery } from '@google-cloud/bigquery'
import { SpeechClient } from '@google-cloud/speech'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { describe, expectTypeOf, test } from 'vitest'

import { createClient, type ExtraOptions } from '../src/google-cloud.ts'
import { ClientOptions } from '../src/index.ts'

describe('createClient', () => {
  test('gives an instance of the class', () => {
    expectTypeOf(createClient(ImageAnnotatorClient, {})).toEqualTypeOf<ImageAnnotatorClient>()
    expectTypeOf(createClient(SpeechClient, new ClientOptions())).toEqualTypeOf<SpeechClient>()
    expectTypeOf(createClient(Storage, { api_key: 'K' })).toEqualTypeOf<Storage>()
    expectTypeOf(createClient(BigQuery, {})).toEqualTypeOf<BigQuery>()
  })

  test('takes the client’s own options, by their names and types', () => {
    createClient(ImageAnnotatorClient, {}, { fallback: true, projectId: 'project', libName: 'library' })
    createClient(Storage, {}, { projectId: 'project', retryOptions: { autoRetry: false } })
    expectTypeOf<ExtraOptions<typeof ImageAnnotatorClient>['projectId']>().toEqualTypeOf<string | undefined>()
    // @ts-expect-error -- a project is named by a string
    createClient(ImageAnnotatorClient, {}, { projectId: 1 })
  })

  test('refuses what the client options say', () => {
    // @ts-expect-error -- credentialsFile
    createClient(ImageAnnotatorClient, {}, { keyFilename: 'key.json' })
    // @ts-expect-error -- apiEndpoint
    createClient(Storage, {}, { apiEndpoint: 'storage.example.com' })
    // @ts-expect-error -- no option
    createClient(ImageAnnotatorClient, { apiKee: 'K' })
    // @ts-expect-error -- no class
    createClient({}, {})
  })
})
