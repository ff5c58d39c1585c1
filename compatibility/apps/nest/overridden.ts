import 'reflect-metadata'
import { ClientOptions } from '@client-options/core'
import { getClientOptionsToken } from '@client-options/nestjs'
import { Test } from '@nestjs/testing'

import { AppModule, Inner, Outer } from './application.js'
/** What a test of an application does. */
async function main(): Promise<void> {
  const fake = new ClientOptions({ apiEndpoint: 'fake.example.com' })
  const inner = new Inner('fake', fake)
  const app = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(getClientOptionsToken('factory'))
    .useValue(fake)
    .overrideProvider(Inner)
    .useValue(inner)
    .compile()
  const outer = app.get(Outer, { strict: false })
  console.log('overridden:', outer.options === fake && outer.inner === inner)
  await app.close()
}

void main()
