import { print } from './print.ts'
import { WeatherClient } from './weather-client.ts'

await print(
  new WeatherClient({
    apiEndpoint: process.env['WEATHER_API_ENDPOINT'],
    apiKey: process.env['WEATHER_API_KEY'],
    region: 'south',
    page_size: 2,
  }),
)
