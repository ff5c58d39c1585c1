import { ClientOptionsModule, getClientOptionsToken, InjectClientOptions } from '@client-options/nestjs'
import {
  getAuthClientToken,
  getClientToken,
  GoogleCloudModule,
  InjectClient,
} from '@client-options/nestjs/google-cloud'

declare module '@client-options/nestjs' {
  interface ClientOptionsNames {
    payments: true
    'tenant-a': true
  }
}

/** Stands for a client's class. */
declare const Client: Parameters<typeof getClientToken>[0]

const name = 'payments'
const misspelt = 'paymnets'
const useFactory = () => ({})

ClientOptionsModule.forRoot({}, { name })
ClientOptionsModule.forRootAsync({ name, useFactory })
ClientOptionsModule.forFeature({ provide: 'client', options: name, useFactory })
ClientOptionsModule.forFeature([{ provide: 'client', options: 'tenant-a', useFactory }])
GoogleCloudModule.forFeature([Client], { options: name })
for (const take of [getClientOptionsToken, InjectClientOptions, getAuthClientToken]) take(name)
for (const take of [getClientToken, InjectClient]) take(Client, name)

// @ts-expect-error misspelt
ClientOptionsModule.forRoot({}, { name: misspelt })
// @ts-expect-error misspelt
ClientOptionsModule.forRootAsync({ name: misspelt, useFactory })
// @ts-expect-error misspelt
ClientOptionsModule.forFeature({ provide: 'client', options: misspelt, useFactory })
// @ts-expect-error misspelt
ClientOptionsModule.forFeature([{ provide: 'client', options: misspelt, useFactory }])
// @ts-expect-error misspelt
GoogleCloudModule.forFeature([Client], { options: misspelt })
// @ts-expect-error misspelt
getClientOptionsToken(misspelt)
// @ts-expect-error misspelt
InjectClientOptions(misspelt)
// @ts-expect-error misspelt
getAuthClientToken(misspelt)
// @ts-expect-error misspelt
getClientToken(Client, misspelt)
// @ts-expect-error misspelt
InjectClient(Client, misspelt)
