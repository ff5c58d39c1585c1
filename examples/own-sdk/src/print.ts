import type { WeatherClient } from './weather-client.ts'

/** Prints one line for each station. */
export async function print(client: WeatherClient): Promise<void> {
  for await (const { name, temperature } of client.stations()) console.log(`${name}: ${temperature} °C`)
}
