import 'reflect-metadata'
import { ClientOptions, ClientOptionsError } from '@client-options/core'
import { clientModule, clientOptionsId, clientOptionsModule, injectClientOptions } from '@client-options/inversify'
import { Container, injectable } from 'inversify'

class Client {
  closed = false

  constructor(readonly options: ClientOptions) {}

  close(): void {
    this.closed = true
  }
}

@injectable()
class Orders {
  constructor(
    readonly options: ClientOptions,
    @injectClientOptions('payments') readonly payments: ClientOptions,
    readonly client: Client,
  ) {}
}

describe('Orders', () => {
  const options = new ClientOptions({ apiEndpoint: 'given.example.com', apiKey: 'CANARY-4f1c9a' })
  let container: Container

  beforeEach(async () => {
    container = new Container()
    // Loading is asynchronous in Inversify 7.
    await container.load(
      clientOptionsModule({ options }),
      clientOptionsModule({ name: 'payments', useFactory: async () => ({ api_endpoint: 'payments.example.com' }) }),
      clientModule({ provide: Client, options: 'payments', useFactory: given => new Client(given) }),
    )
    container.bind(Orders).toSelf()
  })

  it('has the options and the client injected', async () => {
    const orders = await container.getAsync(Orders)
    expect(orders.options).toBe(options)
    expect(orders.payments).toBeInstanceOf(ClientOptions)
    expect(orders.client.options).toBe(container.get(clientOptionsId('payments')))
  })

  it('has its client closed', async () => {
    const { client } = await container.getAsync(Orders)
    await container.unbindAll()
    expect(client.closed).toBe(true)
  })

  it('is refused bad options', () => {
    expect(() => clientOptionsModule({ options: { apiEndpoint: 'not a host' } })).toThrow(ClientOptionsError)
  })
})
