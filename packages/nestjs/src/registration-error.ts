/**
 * Thrown when options cannot be registered; the message names the registration and says why.
 * `cause` is the `ClientOptionsError`, or what the factory threw.
 */
export class ClientOptionsRegistrationError extends Error {
  override readonly name = 'ClientOptionsRegistrationError'
  readonly code = 'ERR_CLIENT_OPTIONS_REGISTRATION'

  constructor(registration: string | undefined, cause: unknown) {
    const subject = registration === undefined ? 'the unnamed client options' : `the client options "${registration}"`
    super(`Cannot register ${subject}: ${reasonOf(cause)}`, { cause })
  }
}

/** What a factory throws may be anything, and throw again when it is looked at. */
function reasonOf(cause: unknown): string {
  try {
    return isError(cause) ? String(cause.message) : 'the cause is no Error'
  } catch {
    return 'the cause cannot be read'
  }
}

/** Also of another realm: under Jest, an error of Node's own is no instance of the `Error` that a module sees. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}
