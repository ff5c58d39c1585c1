/** Thrown when the service refuses a request, or responds with what cannot be read. */
export class WeatherError extends Error {
  override readonly name = 'WeatherError'
  readonly code = 'ERR_WEATHER'
  /** The status of the HTTP response. */
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

/** The error of a response, in the form of Google's APIs: `{ error: { message } }`. */
export async function errorOf(response: Response): Promise<WeatherError> {
  const body: unknown = await response.json().catch(() => undefined)
  const message: unknown = Reflect.get(Object(Reflect.get(Object(body), 'error')), 'message')
  const cause = typeof message === 'string' ? message : 'the response has no message'
  return new WeatherError(`Cannot list the stations: ${cause}`, response.status)
}
