import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Container } from 'inversify'
import { expectTypeOf, it } from 'vitest'

import { authClientId, clientId, googleCloudModule } from '../src/google-cloud.ts'

it('takes what createClient takes', () => {
  googleCloudModule([ImageAnnotatorClient, Storage])
  googleCloudModule([Storage, { provide: ImageAnnotatorClient, extra: { fallback: 'rest' } }], { options: 'tenant-a' })
  googleCloudModule([{ provide: Storage, extra: { projectId: 'project', retryOptions: { autoRetry: false } } }])
  const variable = { provide: Storage, extra: { projectId: 'project' } }
  googleCloudModule([variable, Storage])
})

it('refuses what createClient refuses', () => {
  // @ts-expect-error -- a project is named by a string
  googleCloudModule([{ provide: Storage, extra: { projectId: 1 } }])
  // @ts-expect-error -- no option of the client
  googleCloudModule([{ provide: Storage, extra: { projcetId: 'project' } }])
  // @ts-expect-error -- set it in the client options
  googleCloudModule([{ provide: Storage, extra: { apiEndpoint: 'storage.example.com' } }])
  // @ts-expect-error -- not a client
  googleCloudModule([Map])
  // @ts-expect-error -- not a class
  googleCloudModule(['Storage'])
  // @ts-expect-error -- not an array
  googleCloudModule(Storage)
  // @ts-expect-error -- the name is a property
  googleCloudModule([Storage], 'tenant-a')
})

it('has typed identifiers', () => {
  const container = new Container()
  expectTypeOf(container.get(clientId(Storage))).toEqualTypeOf<Storage>()
  expectTypeOf(container.get(clientId(ImageAnnotatorClient, 'tenant-a'))).toEqualTypeOf<ImageAnnotatorClient>()
  // @ts-expect-error -- not an auth client
  container.bind(authClientId()).toConstantValue('token')
})
