import { createFetch } from '@client-options/core/fetch'

import { errorOf, WeatherError } from './weather-error.ts'
import { type WeatherOptions, weatherOptions, type WeatherOptionsInput } from './weather-options.ts'

/** A place where the weather is measured. */
export interface Station {
  readonly name: string
  readonly temperature: number
}

interface Page {
  readonly stations: readonly Station[]
  readonly nextPageToken?: string
}

const service = {
  host: 'weather.{universeDomain}',
  scopes: ['https://www.googleapis.com/auth/cloud-platform'],
}

/** A client of a weather service. */
export class WeatherClient {
  readonly #options: WeatherOptions
  readonly #fetch: typeof fetch

  /** @throws {ClientOptionsError} when the options cannot be accepted. */
  constructor(options: WeatherOptionsInput = {}) {
    this.#options = weatherOptions.from(options)
    this.#fetch = createFetch(this.#options.clientOptions, service)
  }

  /** The stations of the region, page by page as they are needed. */
  async *stations(signal?: AbortSignal): AsyncGenerator<Station, void> {
    const { region = 'north', pageSize = 50 } = this.#options
    let pageToken: string | undefined
    do {
      const query = new URLSearchParams({ pageSize: String(pageSize), ...(pageToken && { pageToken }) })
      const response = await this.#fetch(`/v1/regions/${region}/stations?${query.toString()}`, {
        signal: signal ?? null,
      })
      if (!response.ok) throw await errorOf(response)
      const page: unknown = await response.json()
      if (!isPage(page)) throw new WeatherError('Cannot read the list of stations', response.status)
      yield* page.stations
      pageToken = page.nextPageToken
    } while (pageToken)
  }
}

function isPage(value: unknown): value is Page {
  const { stations, nextPageToken }: Partial<Record<keyof Page, unknown>> = Object(value)
  return Array.isArray(stations) && stations.every(isStation) && ['string', 'undefined'].includes(typeof nextPageToken)
}

function isStation(value: unknown): value is Station {
  const { name, temperature }: Partial<Record<keyof Station, unknown>> = Object(value)
  return typeof name === 'string' && typeof temperature === 'number'
}
