/**
 * Thrown when options cannot be registered; the message names the registration and says why.
 * `cause` is the `ClientOptionsError`, or what a factory threw.
 */
export class ClientOptionsRegistrationError extends Error {
  override readonly name = 'ClientOptionsRegistrationError'
  /** The same for every error of this class. */
  readonly code = 'ERR_CLIENT_OPTIONS_REGISTRATION'

  constructor(registration: string | undefined, cause: unknown) {
    super(`Cannot register ${optionsCalled(registration)}: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * Thrown when a client cannot be registered, or cannot be built; the message names the client and its options, and says why.
 * `cause` is what the client's factory threw.
 */
export class ClientRegistrationError extends Error {
  override readonly name = 'ClientRegistrationError'
  /** The same for every error of this class. */
  readonly code = 'ERR_CLIENT_REGISTRATION'

  /** @param failure What cannot be done, such as "register the client Storage". */
  constructor(failure: string, cause: unknown) {
    super(`Cannot ${failure}: ${reasonOf(cause)}`, { cause })
  }
}

/** How a message speaks of the options of a name. */
export function optionsCalled(name: string | undefined): string {
  return name === undefined ? 'the unnamed client options' : `the client options "${name}"`
}

/** What a factory throws may be anything, and throw again when it is looked at. */
function reasonOf(cause: unknown): string {
  try {
    return isError(cause) ? String(cause.message) : 'the cause is not an Error'
  } catch {
    return 'the cause cannot be read'
  }
}

/** Also of another realm: under Jest, an error of Node's own is not an instance of the `Error` that a module sees. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}
