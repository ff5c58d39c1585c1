import { setTimeout } from 'node:timers/promises'

import { safeGet } from '../../options/safe-get.ts'
import type { ApiErrorClass, MakeApiError, UnchangedLibrary } from './library-seam.ts'

/** Finding the class needs no I/O; where the library has changed, the search may not end. */
const SEARCH_LIMIT = 1000

const classes = new WeakMap<Function, Promise<ApiErrorClass>>()

/**
 * The library's own class of errors, since callers compare with it (`error instanceof ApiError`). It is found when it is
 * first needed, once for all instances of a client class.
 */
export function apiErrorClass(library: UnchangedLibrary, makeApiError: MakeApiError): Promise<ApiErrorClass> {
  const { constructor } = library.client
  let found = classes.get(constructor)
  if (found === undefined) {
    found = search(() => makeApiError(library))
    classes.set(constructor, found)
  }
  return found
}

async function search(find: () => Promise<unknown>): Promise<ApiErrorClass> {
  const limit = new AbortController()
  const tooLate = setTimeout(SEARCH_LIMIT, undefined, { signal: limit.signal }).catch(() => {})
  try {
    const error = await Promise.race([find(), tooLate])
    const constructor: unknown = error instanceof Error ? error.constructor : undefined
    return isErrorClass(constructor) ? constructor : PlainApiError
  } catch {
    return PlainApiError
  } finally {
    limit.abort()
  }
}

function isErrorClass(value: unknown): value is ApiErrorClass {
  return typeof value === 'function' && value.prototype instanceof Error
}

/** Has the properties of the library's own, where that cannot be found. */
class PlainApiError extends Error {
  readonly code: unknown
  readonly errors: unknown

  constructor(body: unknown) {
    super(String(safeGet(body, 'message') ?? body))
    this.code = safeGet(body, 'code')
    this.errors = safeGet(body, 'errors')
  }
}
