import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import type { InjectionToken } from '@nestjs/common'
import { expectTypeOf, it } from 'vitest'

import { getClientToken, GoogleCloudModule, InjectClient } from '../src/google-cloud.ts'
import { ClientOptionsModule } from '../src/index.ts'

it('takes what createClient takes', () => {
  GoogleCloudModule.forFeature([ImageAnnotatorClient, Storage])
  GoogleCloudModule.forFeature(
    [
      Storage,
      {
        provide: ImageAnnotatorClient,
        extra: { fallback: true },
        close: (client: ImageAnnotatorClient) => client.close(),
      },
      { provide: Storage, extra: { projectId: 'p' }, close: false, closeTimeout: 1 },
    ],
    { options: 'tenant-a', isGlobal: true, imports: [] },
  )
  GoogleCloudModule.forFeature([Storage], { options: ClientOptionsModule.forRoot({}) })
})

it('refuses what createClient refuses', () => {
  // @ts-expect-error set in the client options
  GoogleCloudModule.forFeature([{ provide: ImageAnnotatorClient, extra: { apiEndpoint: 'a.example.com' } }])
  // @ts-expect-error not an option of Storage
  GoogleCloudModule.forFeature([{ provide: Storage, extra: { projectId: 1 } }])
  // @ts-expect-error misspelt
  GoogleCloudModule.forFeature([{ provide: Storage, extra: { projectId: 'p', retryOption: {} } }])
  // @ts-expect-error no such setting
  GoogleCloudModule.forFeature([{ provide: Storage, extra: {}, closeTimeuot: 1 }])
  // @ts-expect-error closes something else
  GoogleCloudModule.forFeature([{ provide: Storage, close: (client: ImageAnnotatorClient) => client.close() }])
  // @ts-expect-error not a class
  GoogleCloudModule.forFeature(['Storage'])
  // @ts-expect-error not an array
  GoogleCloudModule.forFeature(Storage)
  // @ts-expect-error no such setting
  GoogleCloudModule.forFeature([Storage], { name: 'tenant-a' })
  // @ts-expect-error not a class
  InjectClient('Storage')
})

it('gives a typed token', () => {
  expectTypeOf(getClientToken(Storage)).toEqualTypeOf<InjectionToken<Storage>>()
  expectTypeOf(getClientToken(Storage, 'tenant-a')).toEqualTypeOf<InjectionToken<Storage>>()
})
