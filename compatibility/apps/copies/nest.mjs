// oxlint-disable typescript/no-extraneous-class -- a module of Nest's is a class
import 'reflect-metadata'
import { createRequire } from 'node:module'

import * as core from '@client-options/core'
import * as nestjs from '@client-options/nestjs'
import { getClientToken } from '@client-options/nestjs/google-cloud'
import { Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

const require = createRequire(import.meta.url)
const commonJs = { core: require('@client-options/core'), nestjs: require('@client-options/nestjs') }
const esm = { core, nestjs }
console.log('one copy:', core.ClientOptions === commonJs.core.ClientOptions)
const google = require('@client-options/nestjs/google-cloud')
class Storage {}
console.log('one token:', getClientToken(Storage, 'tenant-a') === google.getClientToken(Storage, 'tenant-a'))

/** Registers options by one copy, and asks for them by the other, as a library of another format would. */
async function run(registering, asking) {
  const options = new registering.core.ClientOptions({ apiEndpoint: 'given.example.com' })
  class Orders {
    constructor(unnamed, byToken, named) {
      Object.assign(this, { unnamed, byToken, named })
    }
  }
  Injectable()(Orders)
  // What TypeScript writes for a parameter of the type `ClientOptions`.
  Reflect.defineMetadata('design:paramtypes', [asking.core.ClientOptions, Object, Object], Orders)
  asking.nestjs.InjectClientOptions()(Orders, undefined, 1)
  asking.nestjs.InjectClientOptions('payments')(Orders, undefined, 2)

  class AppModule {}
  Module({
    imports: [
      registering.nestjs.ClientOptionsModule.forRoot(options),
      registering.nestjs.ClientOptionsModule.forRoot(options, { name: 'payments' }),
    ],
    providers: [Orders],
  })(AppModule)
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false })
  const { unnamed, byToken, named } = app.get(Orders)
  console.log('the very options:', unnamed === options, byToken === options, named === options)
  await app.close()
}

await run(esm, commonJs)
await run(commonJs, esm)

class TwiceModule {}
Module({
  imports: [esm, commonJs].map(({ nestjs: { ClientOptionsModule } }) => ClientOptionsModule.forRoot({})),
})(TwiceModule)
await NestFactory.createApplicationContext(TwiceModule, { logger: false, abortOnError: false }).catch(({ message }) => {
  console.log(message)
})
