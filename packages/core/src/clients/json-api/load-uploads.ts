import { plainHeaders } from '../../transports/http/gaxios.ts'
import { withUserAgent } from '../../transports/user-agent.ts'
import type { Connection } from '../connection.ts'
import type { Exchange } from './exchange.ts'
import type { ApiErrorClass, LibraryRequest } from './library-seam.ts'
import { refuseLostOptions } from './lost-options.ts'
import { resultOf } from './results.ts'

/**
 * The request that `BigQuery` sends in the place of the upload of a load job, which it wants to send itself: the response
 * to the upload is in its URL, which node-fetch 3 reads.
 * @throws The library's error when the upload failed.
 */
export async function answeringRequest(
  findApiError: () => Promise<ApiErrorClass>,
  upload: Exchange,
): Promise<LibraryRequest> {
  const { error, body } = await resultOf(findApiError, upload)
  if (error !== null) throw error
  const content = Buffer.from(JSON.stringify(body ?? {})).toString('base64')
  return { uri: `data:application/json;base64,${content}` }
}

/**
 * The upload of a load job as `BigQuery` 7 sends it itself, since its node-fetch 2 cannot read such a URL. node-fetch
 * would send an API key, unlike a token, to wherever a server redirects.
 * @throws {ClientConnectError} `unsupported_option` when an option would have no effect.
 */
export function authorizedUpload(connection: Connection, request: LibraryRequest, secrets: Headers): LibraryRequest {
  refuseLostOptions(
    connection,
    'Cannot load a file with @google-cloud/bigquery 7, which sends it by itself',
    'use version 8 or later, or load the file from Cloud Storage',
    [connection.settings.apiKey === undefined ? undefined : 'apiKey'],
  )
  const headers = withUserAgent(new Headers(plainHeaders(request.headers)), connection.settings.userAgent)
  for (const [name, value] of secrets) if (!headers.has(name)) headers.set(name, value)
  return { ...request, headers: Object.fromEntries(headers) }
}
