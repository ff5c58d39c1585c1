import { ClientOptions } from '@client-options/core'
import {
  type ClientOptionsFactory,
  ClientOptionsModule,
  getClientOptionsToken,
  InjectClientOptions,
} from '@client-options/nestjs'
import { type BeforeApplicationShutdown, Controller, Get, Injectable, Module } from '@nestjs/common'

/** Stands for the client of some API. */
export class Client {
  closed = false

  constructor(
    readonly name: string,
    readonly options: ClientOptions,
  ) {}

  async close(): Promise<void> {
    await Promise.resolve()
    this.closed = true
    console.log(`closed ${this.name}`)
  }
}

export class Inner extends Client {}

export class Outer extends Client {
  constructor(
    options: ClientOptions,
    readonly inner: Inner,
  ) {
    super('outer', options)
  }
}

class Failing extends Client {
  override async close(): Promise<void> {
    throw new Error('the connection is gone')
  }
}

@Injectable()
class Settings {
  host(name = 'unnamed'): string {
    return `${name}.example.com`
  }
}

@Injectable()
class OptionsFromSettings implements ClientOptionsFactory {
  constructor(private readonly settings: Settings) {}

  createClientOptions(name?: string): { api_endpoint: string } {
    return { api_endpoint: this.settings.host(name) }
  }
}

@Module({ providers: [Settings, OptionsFromSettings], exports: [Settings, OptionsFromSettings] })
class SettingsModule {}

// Two modules register one name; what differs is a secret, which their JSON does not show.
@Controller('north')
class North {
  constructor(
    @InjectClientOptions('region') private readonly region: ClientOptions,
    @InjectClientOptions('zone') private readonly zone: ClientOptions,
  ) {}

  @Get()
  keys(): string[] {
    return [this.region.apiKey ?? 'none', this.zone.apiKey ?? 'none']
  }
}

@Controller('south')
class South {
  constructor(
    @InjectClientOptions('region') private readonly region: ClientOptions,
    @InjectClientOptions('zone') private readonly zone: ClientOptions,
  ) {}

  @Get()
  keys(): string[] {
    return [this.region.apiKey ?? 'none', this.zone.apiKey ?? 'none']
  }
}

function keysOf(
  side: string,
): [ReturnType<typeof ClientOptionsModule.forRoot>, ReturnType<typeof ClientOptionsModule.forRoot>] {
  return [
    ClientOptionsModule.forRoot({ apiKey: `${side}-region` }, { name: 'region' }),
    ClientOptionsModule.forRootAsync({ name: 'zone', useFactory: () => ({ apiKey: `${side}-zone` }) }),
  ]
}

@Module({ imports: keysOf('north'), controllers: [North] })
class NorthModule {}

@Module({ imports: keysOf('south'), controllers: [South] })
class SouthModule {}

export const given = new ClientOptions({ apiEndpoint: 'given.example.com' })

@Controller()
class Options implements BeforeApplicationShutdown {
  private shutDown: () => void = () => undefined

  constructor(
    private readonly unnamed: ClientOptions,
    @InjectClientOptions('factory') private readonly factory: ClientOptions,
    @InjectClientOptions('class') private readonly byClass: ClientOptions,
    @InjectClientOptions('existing') private readonly existing: ClientOptions,
    private readonly inner: Inner,
    private readonly outer: Outer,
  ) {}

  @Get('endpoints')
  endpoints(): Record<string, unknown> {
    return {
      unnamed: this.unnamed.apiEndpoint,
      sameInstance: this.unnamed === given,
      factory: this.factory.apiEndpoint,
      class: this.byClass.apiEndpoint,
      existing: this.existing.apiEndpoint,
      inner: this.inner.options.apiEndpoint,
      outer: this.outer.options.apiEndpoint,
      sameInner: this.outer.inner === this.inner,
    }
  }

  /** Is answered only after the shutdown has begun. */
  @Get('slow')
  async slow(): Promise<{ closed: boolean[] }> {
    const shutDown = new Promise<void>(resolve => (this.shutDown = resolve))
    console.log('request under way')
    await shutDown
    console.log('answering')
    return { closed: [this.inner.closed, this.outer.closed] }
  }

  beforeApplicationShutdown(): void {
    setTimeout(this.shutDown, 50)
  }
}

@Module({
  imports: [
    ClientOptionsModule.forRoot(given, { isGlobal: true }),
    ClientOptionsModule.forRootAsync({
      name: 'factory',
      isGlobal: true,
      imports: [SettingsModule],
      inject: [Settings, getClientOptionsToken()],
      useFactory: async (settings, base) => base.with({ apiEndpoint: settings.host('factory') }),
    }),
    ClientOptionsModule.forRootAsync({ name: 'class', useClass: OptionsFromSettings, extraProviders: [Settings] }),
    ClientOptionsModule.forRootAsync({ name: 'existing', imports: [SettingsModule], useExisting: OptionsFromSettings }),
    ClientOptionsModule.forFeature([
      { provide: Inner, useFactory: options => new Inner('inner', options) },
      {
        provide: Outer,
        options: 'factory',
        inject: [Inner],
        useFactory: (options, inner) => new Outer(options, inner),
      },
    ]),
    ClientOptionsModule.forFeature({ provide: Failing, useFactory: options => new Failing('failing', options) }),
    NorthModule,
    SouthModule,
  ],
  controllers: [Options],
})
export class AppModule {}
