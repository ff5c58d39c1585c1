/**
 * Thrown when options cannot be registered; the message names the registration and says why.
 * `cause` is the `ClientOptionsError`, or what the factory threw.
 */
export class ClientOptionsRegistrationError extends Error {
  override readonly name = 'ClientOptionsRegistrationError'
  readonly code = 'ERR_CLIENT_OPTIONS_REGISTRATION'

  constructor(registration: string | undefined, cause: unknown) {
    const subject = registration === undefined ? 'the unnamed client options' : `the client options "${registration}"`
    super(`Cannot register ${subject}: ${cause instanceof Error ? cause.message : 'the cause is no Error'}`, { cause })
  }
}
