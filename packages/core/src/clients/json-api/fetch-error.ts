import { isError } from '../../options/errors.ts'
import { safeGet } from '../../options/safe-get.ts'

/** The error of node-fetch, which the libraries send by and pass on, for a body that cannot be read. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
  readonly type: 'invalid-json' | 'system'
  // Declared only: without a code, node-fetch's own has neither property.
  declare readonly code?: unknown
  declare readonly errno?: unknown

  private constructor(type: FetchError['type'], message: string, code?: unknown) {
    super(message)
    this.type = type
    if (code !== undefined) Object.assign(this, { code, errno: code })
  }

  /** A body that broke off. */
  static brokenOff(url: string, cause: unknown): FetchError {
    const message = `Invalid response body while trying to fetch ${url}: ${messageOf(cause)}`
    return new FetchError('system', message, safeGet(cause, 'code'))
  }

  /** A body that is not the JSON that its type says; node-fetch 3 throws a `SyntaxError` instead. */
  static invalidJson(url: string, cause: unknown): FetchError {
    return new FetchError('invalid-json', `invalid json response body at ${url} reason: ${messageOf(cause)}`)
  }
}

function messageOf(cause: unknown): string {
  return isError(cause) ? cause.message : String(cause)
}
