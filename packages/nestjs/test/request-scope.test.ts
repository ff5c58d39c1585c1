import { type INestApplicationContext, Inject, Injectable, Scope } from '@nestjs/common'
import { type ContextId, ContextIdFactory, LazyModuleLoader, REQUEST } from '@nestjs/core'
import { Test } from '@nestjs/testing'
import { describe, expect, it, vi } from 'vitest'

import { ClientOptionsModule } from '../src/index.ts'
import { moduleOf, refusal, start } from './application.ts'

@Injectable({ scope: Scope.REQUEST })
class Request {
  readonly host = 'request.example.com'
}

@Injectable({ scope: Scope.REQUEST })
class PerRequestOptions {
  createClientOptions() {
    return {}
  }
}

@Injectable({ scope: Scope.REQUEST, durable: true })
class Tenant {
  constructor(@Inject(REQUEST) readonly request: { readonly tenant: string }) {}
}

const options = () => ClientOptionsModule.forRoot({}, { isGlobal: true })
const RequestModule = () => moduleOf('RequestModule', [], { providers: [Request, Tenant], exports: [Request, Tenant] })
const remedy = /request-scoped.* durable: true/

const perRequest = {
  options: () => [
    ClientOptionsModule.forRootAsync({
      name: 'payments',
      imports: [RequestModule()],
      inject: [Request],
      useFactory: ({ host }) => ({ apiEndpoint: host }),
    }),
  ],
  'options by a class': () => [ClientOptionsModule.forRootAsync({ name: 'payments', useClass: PerRequestOptions })],
}
const client = () =>
  ClientOptionsModule.forFeature({
    provide: 'client',
    imports: [RequestModule()],
    inject: [Request],
    useFactory: (_options, request) => request,
  })

describe('what is request-scoped', () => {
  it.each(Object.entries(perRequest))('is refused at the start for %s', async (_title, imports) => {
    const error = await refusal(imports())
    expect(error.message).toMatch(/^Cannot register the client options "payments": /)
    expect(error.message).toMatch(remedy)
  })

  it('is refused at the start for a client, and for one of such options', async () => {
    const error = await refusal([options(), client()])
    expect(error.message).toMatch(/^Cannot register the client client: /)
    expect(error.message).toMatch(remedy)
  })

  it('is refused at the start, and the clients that were built are closed', async () => {
    const close = vi.fn()
    const built = ClientOptionsModule.forFeature({ provide: 'built', useFactory: () => ({ close }) })
    await refusal([options(), built, client()])
    expect(close).toHaveBeenCalledOnce()
  })

  it('is refused with each request where nothing has been started', async () => {
    const testing = Test.createTestingModule({ imports: [options(), client()] })
    const app = await testing.compile()
    await expect(app.resolve('client')).rejects.toThrow(remedy)
    await app.close()
  })

  it('is refused with each request in a module that is loaded lazily', async () => {
    const app = await start([options()])
    const loaded = await app.get(LazyModuleLoader).load(() => moduleOf('Late', [client()]))
    await expect(loaded.resolve('client', ContextIdFactory.create(), { strict: false })).rejects.toThrow(remedy)
    await app.close()
  })
})

describe('what is durable', () => {
  /** Requests of a tenant share what is durable. */
  const tenants = new Map<string, ContextId>()
  ContextIdFactory.apply({
    attach(contextId, request: { readonly tenant?: string }) {
      const { tenant } = request
      if (tenant === undefined) return () => contextId
      const tenantId = tenants.get(tenant) ?? ContextIdFactory.create()
      tenants.set(tenant, tenantId)
      return {
        resolve: ({ isTreeDurable }) => (isTreeDurable ? tenantId : contextId),
        payload: { tenant },
      }
    },
  })

  function clientOf(app: INestApplicationContext, tenant: string) {
    const request = { tenant }
    const contextId = ContextIdFactory.getByRequest(request)
    app.registerRequestByContextId(request, contextId)
    return app.resolve<{ endpoint: string }>('client', contextId, { strict: false })
  }

  it('gives each tenant one client, of options of its own, which is closed at the end', async () => {
    const events: string[] = []
    const app = await start([
      options(),
      ClientOptionsModule.forFeature({ provide: 'shared', useFactory: () => ({ close: () => events.push('shared') }) }),
      ClientOptionsModule.forRootAsync({
        name: 'tenant',
        isGlobal: true,
        imports: [RequestModule()],
        inject: [Tenant],
        useFactory: ({ request }) => {
          if (request.tenant === 'unknown') throw new Error('no such tenant')
          return { apiEndpoint: `${request.tenant}.example.com` }
        },
      }),
      ClientOptionsModule.forFeature({
        provide: 'client',
        options: 'tenant',
        useFactory: ({ apiEndpoint = 'none' }) => {
          events.push(`built ${apiEndpoint}`)
          return { endpoint: apiEndpoint, close: () => events.push(`closed ${apiEndpoint}`) }
        },
      }),
    ])
    expect(events).toEqual([])
    const north = await clientOf(app, 'north')
    const south = await clientOf(app, 'south')
    expect([north.endpoint, south.endpoint]).toEqual(['north.example.com', 'south.example.com'])
    expect(await clientOf(app, 'north')).toBe(north)
    expect(await clientOf(app, 'south')).toBe(south)
    // One that cannot be made harms nobody else.
    await expect(clientOf(app, 'unknown')).rejects.toThrow('"tenant": no such tenant')
    expect(await clientOf(app, 'north')).toBe(north)
    expect(events).not.toContain('shared')
    await app.close()
    expect(events).toEqual([
      'built north.example.com',
      'built south.example.com',
      'closed south.example.com',
      'closed north.example.com',
      'shared',
    ])
  })
})
