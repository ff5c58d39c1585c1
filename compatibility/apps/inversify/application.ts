import 'reflect-metadata'
import { ClientOptions } from '@client-options/core'
import { clientModule, clientOptionsId, clientOptionsModule, injectClientOptions } from '@client-options/inversify'
import { Container, injectable } from 'inversify'

/** Stands for the client of some API. */
class Client {
  constructor(
    readonly name: string,
    readonly options: ClientOptions,
  ) {}

  async close(): Promise<void> {
    await Promise.resolve()
    console.log(`closed ${this.name}`)
  }
}

class Inner extends Client {}

class Outer extends Client {
  constructor(
    options: ClientOptions,
    readonly inner: Inner,
  ) {
    super('outer', options)
  }
}

class Settings {
  async host(): Promise<string> {
    return 'factory.example.com'
  }
}

@injectable()
class Orders {
  constructor(
    readonly unnamed: ClientOptions,
    @injectClientOptions('factory') readonly factory: ClientOptions,
    readonly outer: Outer,
  ) {}
}

function endpointOf(options: ClientOptions): string {
  return options.apiEndpoint ?? 'none'
}

const given = new ClientOptions({ apiEndpoint: 'given.example.com' })

// In Inversify 7 `load`, `unbind` and `unbindAll` are asynchronous; in 8 they are not, and there is `unbindAllAsync`.
async function unbindAll(container: Container): Promise<void> {
  const unbind: unknown = Reflect.get(container, 'unbindAllAsync') ?? Reflect.get(container, 'unbindAll')
  if (typeof unbind === 'function') await Reflect.apply(unbind, container, [])
}

async function main(): Promise<void> {
  let attempts = 0
  const container = new Container()
  container.bind(Settings).toSelf().inSingletonScope()
  await Promise.resolve(
    container.load(
      clientOptionsModule({ options: given }),
      clientOptionsModule({
        name: 'factory',
        inject: [Settings],
        useFactory: async settings => {
          attempts++
          return { api_endpoint: attempts === 1 ? 'ftp://no' : await settings.host() }
        },
      }),
      clientModule({ provide: Inner, useFactory: options => new Inner('inner', options) }),
      clientModule({
        provide: Outer,
        options: 'factory',
        inject: [Inner],
        useFactory: (options, inner) => new Outer(options, inner),
      }),
      clientModule({ provide: 'unused', useFactory: options => new Client('unused', options) }),
      clientModule({
        provide: 'failing',
        useFactory: () => 'a client',
        close: () => {
          throw new Error('the connection is gone')
        },
      }),
    ),
  )
  container.bind(Orders).toSelf()
  container.get('failing')

  const failure: unknown = await container.getAsync(Orders).catch((error: unknown) => error)
  console.log(failure instanceof Error ? failure.message.split(':')[0] : 'no failure')
  const orders = await container.getAsync(Orders)
  console.log('the second attempt gives', orders.factory.apiEndpoint, 'after attempts:', attempts)
  console.log('the very options that were given:', orders.unnamed === given)
  console.log(
    'one client:',
    container.get(Orders).outer === orders.outer && orders.outer.inner === container.get(Inner),
  )

  const child = new Container({ parent: container })
  const options = { apiEndpoint: 'child.example.com' }
  await Promise.resolve(child.load(clientOptionsModule({ name: 'factory', options })))
  child.bind('endpoint').toResolvedValue(endpointOf, [clientOptionsId('factory')])
  console.log('in a child', child.get('endpoint'), 'and', child.get(Outer).options.apiEndpoint)
  console.log('and the parent keeps its own:', container.get(Outer) === orders.outer)

  const fake = given.with({ apiEndpoint: 'fake.example.com' })
  await Promise.resolve(container.unbind(clientOptionsId('factory')))
  container.bind(clientOptionsId('factory')).toConstantValue(fake)
  console.log('rebound:', container.get(clientOptionsId('factory')) === fake)

  const closing: unknown = await unbindAll(container).catch((error: unknown) => error)
  console.log('one close failed:', closing instanceof Error && closing.message.includes('the connection is gone'))
  await unbindAll(container)
}

void main()
