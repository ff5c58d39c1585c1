import { createFetch } from '@client-options/core/fetch'
import { createAuthority, startHttpsServer, trustAuthority } from '@client-options/loopback'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { expect, it } from 'vitest'

import { ClientOptionsModule } from '../src/index.ts'

const TENANTS = 20
const REQUESTS = 200

it('tenants of one application never show another’s key or certificate', { timeout: 30_000 }, async () => {
  const authority = await createAuthority()
  trustAuthority(authority)
  await using server = await startHttpsServer({ authority, handler: () => ({ body: {} }) })
  const names = Array.from({ length: TENANTS }, (_, index) => `tenant-${index}`)
  const imports = await Promise.all(
    names.map(async name => {
      const { cert, key } = await authority.issue({ commonName: name })
      const options = { apiEndpoint: server.address, apiKey: name, clientCertSource: () => ({ cert, key }) }
      return ClientOptionsModule.forRootAsync({ name, isGlobal: true, useFactory: async () => options })
    }),
  )
  const clients = ClientOptionsModule.forFeature(
    names.map(name => ({
      provide: name,
      options: name,
      useFactory: (options: Parameters<typeof createFetch>[0]) => createFetch(options, { host: 'a.example' }),
    })),
  )
  class AppModule {}
  Module({ imports: [...imports, clients] })(AppModule)
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false })

  const send = async (index: number) => {
    const name = names[index % TENANTS] ?? ''
    const fetch: typeof globalThis.fetch = app.get(name)
    await fetch(`/${name}`)
  }
  await Promise.all(Array.from({ length: REQUESTS }, (_, index) => send(index * 7)))
  expect(server.requests).toHaveLength(REQUESTS)
  for (const { path, apiKey, clientCertificate } of server.requests) {
    expect([`/${apiKey}`, `/${clientCertificate}`]).toEqual([path, path])
  }
  await app.close()
})
