import 'reflect-metadata'
import { ClientOptionsModule } from '@client-options/nestjs'
import { Inject, Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

import { print } from './print.ts'
import { WeatherClient } from './weather-client.ts'
import { weatherOptions } from './weather-options.ts'

const SouthernWeather = Symbol('SouthernWeather')

@Injectable()
class Forecast {
  constructor(
    private readonly north: WeatherClient,
    @Inject(SouthernWeather) private readonly south: WeatherClient,
  ) {}

  async print(): Promise<void> {
    await print(this.north)
    await print(this.south)
  }
}

/** Two registrations, from `WEATHER_...` and from `SOUTH_...`, and a client of each; the second sets own options as well. */
@Module({
  imports: [
    ClientOptionsModule.fromEnvironment({ prefix: 'WEATHER_', isGlobal: true }),
    ClientOptionsModule.fromEnvironment({ prefix: 'SOUTH_', name: 'south', isGlobal: true }),
    ClientOptionsModule.forFeature([
      { provide: WeatherClient, useFactory: options => new WeatherClient(options) },
      {
        provide: SouthernWeather,
        options: 'south',
        useFactory: options => new WeatherClient(weatherOptions.from(options).with({ region: 'south', pageSize: 2 })),
      },
    ]),
  ],
  providers: [Forecast],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] })
await app.get(Forecast).print()
await app.close()
