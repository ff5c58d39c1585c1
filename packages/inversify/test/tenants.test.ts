import { createFetch } from '@client-options/core/fetch'
import { createAuthority, startHttpsServer, trustAuthority } from '@client-options/loopback'
import { Container } from 'inversify'
import { expect, it } from 'vitest'

import { clientModule, clientOptionsModule } from '../src/index.ts'

const TENANTS = 20
const REQUESTS = 200

it('tenants of one container never show another’s key or certificate', { timeout: 30_000 }, async () => {
  const authority = await createAuthority()
  trustAuthority(authority)
  await using server = await startHttpsServer({ authority, handler: () => ({ body: {} }) })
  const names = Array.from({ length: TENANTS }, (_, index) => `tenant-${index}`)
  const container = new Container()
  for (const name of names) {
    const { cert, key } = await authority.issue({ commonName: name })
    const options = { apiEndpoint: server.address, apiKey: name, clientCertSource: () => ({ cert, key }) }
    container.load(
      clientOptionsModule({ name, useFactory: async () => options }),
      clientModule({ provide: name, options: name, useFactory: given => createFetch(given, { host: 'a.example' }) }),
    )
  }

  const send = async (index: number) => {
    const name = names[index % TENANTS] ?? ''
    const fetch = await container.getAsync<typeof globalThis.fetch>(name)
    await fetch(`/${name}`)
  }
  await Promise.all(Array.from({ length: REQUESTS }, (_, index) => send(index * 7)))
  expect(server.requests).toHaveLength(REQUESTS)
  for (const { path, apiKey, clientCertificate } of server.requests) {
    expect([`/${apiKey}`, `/${clientCertificate}`]).toEqual([path, path])
  }
  await container.unbindAllAsync()
})
