// oxlint-disable typescript/await-thenable -- loading is asynchronous in Inversify 7
import 'reflect-metadata'
import { createRequire } from 'node:module'

import * as core from '@client-options/core'
import * as adapter from '@client-options/inversify'
import * as google from '@client-options/inversify/google-cloud'
import { Container } from 'inversify'

const require = createRequire(import.meta.url)
const commonJs = {
  core: require('@client-options/core'),
  adapter: require('@client-options/inversify'),
  google: require('@client-options/inversify/google-cloud'),
}
const esm = { core, adapter, google }
console.log('one copy:', core.ClientOptions === commonJs.core.ClientOptions)

const closing = given => ({ close: () => console.log('closed with', given.apiEndpoint) })

/** Registers options by one copy, and asks for them by the other, as a library of another format would. */
async function run(registering, asking) {
  const options = new registering.core.ClientOptions({ apiEndpoint: 'given.example.com' })
  const container = new Container()
  const { bindClientOptions, clientOptionsModule } = registering.adapter
  bindClientOptions(container, options, { name: 'payments' })
  await container.load(clientOptionsModule({ options }))
  const { clientModule, clientOptionsId } = asking.adapter
  await container.load(clientModule({ provide: 'client', useFactory: given => ({ given }) }))
  const asked = [asking.core.ClientOptions, clientOptionsId(), clientOptionsId('payments')].map(id => container.get(id))
  asked.push(container.get('client').given)
  console.log('the very options:', ...asked.map(one => one === options))

  const child = new Container({ parent: container })
  await container.load(clientModule({ provide: 'closing', useFactory: closing }))
  await child.load(clientOptionsModule({ options: { apiEndpoint: 'child.example.com' } }))
  child.get('closing')
  await child.unbindAll()

  await container.load(asking.adapter.clientOptionsModule({ name: 'payments', options }))
  try {
    container.get(clientOptionsId('payments'))
  } catch (error) {
    console.log(error.message.split(';')[0])
  }
}

console.log('one identifier:', esm.google.clientId(Map, 'a') === commonJs.google.clientId(Map, 'a'))

await run(esm, commonJs)
await run(commonJs, esm)
