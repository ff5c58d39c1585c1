import type { AuthClient } from 'google-auth-library'

import { omitUndefined } from '../../files/omit-undefined.ts'
import { type GaxiosOptions, type PreparedOptions, withoutOwnProxy } from '../../transports/http/gaxios.ts'
import type { Connection } from '../connection.ts'
import type { RequestInterceptor } from './library-seam.ts'
import { refuseLostOptions } from './lost-options.ts'

const IS_PUBLIC = 'Cannot ask whether a file is public, which Storage does without its auth client'

/**
 * `Storage` sends two things past its auth client, and both pass its interceptors: a resumable upload to an endpoint
 * outside the universe goes to gaxios, and `File.isPublic` goes to teeny-request, and passes nothing but its URL.
 */
export function storageInterceptor(connection: Connection, authClient: AuthClient): RequestInterceptor {
  const adapter = (prepared: PreparedOptions) => {
    // They are in the URL and the body already, and what follows is not the caller's.
    const { params: _params, data: _data, noProxy: _noProxy, ...others } = prepared
    // Whether the status is an error is decided by the caller of the adapter.
    const options: GaxiosOptions = { ...others, validateStatus: () => true }
    return authClient.request(options)
  }
  return {
    request(options) {
      if (options.uri === undefined) return { ...options, ...withoutOwnProxy, adapter }
      // Every other request has a timeout, if only an undefined one.
      if (Object.hasOwn(options, 'timeout')) return options
      refuseLostOptions(connection, IS_PUBLIC, 'read the ACL of the file instead')
      return { ...options, headers: { ...options.headers, ...headersOf(connection) } }
    },
  }
}

/** What can be told of a request without credentials; the quota project would need some. */
function headersOf({ settings: { requestReason, userAgent } }: Connection): Record<string, string> {
  return omitUndefined({ 'x-goog-request-reason': requestReason, 'user-agent': userAgent })
}
