import type { GoogleAuth } from 'google-auth-library'

import { isError } from '../../options/errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import { type GaxiosOptions, toFetchResponse } from './gaxios.ts'

/**
 * Adds the `fetch` by which google-gax 5 and 6 send to a `GoogleAuth` of google-auth-library 9, which has none. It
 * responds, and fails, as that of later versions does.
 */
export function withFetch(auth: GoogleAuth): GoogleAuth {
  if (safeGet(auth, 'fetch') !== undefined) return auth
  return Object.assign(auth, {
    async fetch(url: string | URL, init: GaxiosOptions = {}): Promise<Response> {
      try {
        return toFetchResponse(await auth.request({ ...init, url, responseType: 'stream' }))
      } catch (error) {
        const status = safeGet(safeGet(error, 'response'), 'status')
        throw isError(error) && status !== undefined ? Object.assign(error, { status, code: status }) : error
      }
    },
  })
}
