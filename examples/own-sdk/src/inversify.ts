import 'reflect-metadata'
import { clientModule, clientOptionsFromEnvironment } from '@client-options/inversify'
import { Container } from 'inversify'

import { print } from './print.ts'
import { WeatherClient } from './weather-client.ts'
import { weatherOptions } from './weather-options.ts'

const SouthernWeather = Symbol('SouthernWeather')

const container = new Container()
container.load(
  clientOptionsFromEnvironment({ prefix: 'WEATHER_' }),
  clientOptionsFromEnvironment({ prefix: 'SOUTH_', name: 'south' }),
  clientModule({ provide: WeatherClient, useFactory: options => new WeatherClient(options) }),
  clientModule({
    provide: SouthernWeather,
    options: 'south',
    useFactory: options => new WeatherClient(weatherOptions.from(options).with({ region: 'south', pageSize: 2 })),
  }),
)

await print(container.get(WeatherClient))
await print(container.get<WeatherClient>(SouthernWeather))
await container.unbindAllAsync()
