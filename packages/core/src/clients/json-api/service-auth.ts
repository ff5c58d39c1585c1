import { setImmediate } from 'node:timers/promises'

import type { AuthClient } from 'google-auth-library'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { GoogleAuthLibrary } from '../../credentials/google-auth-library.ts'
import { isError } from '../../options/errors.ts'
import { remainingTime, within } from '../../transports/abort.ts'
import type { GaxiosOptions } from '../../transports/http/gaxios.ts'
import { type AuthExtras, authMethods } from '../auth-methods.ts'
import type { Connection } from '../connection.ts'
import type { LibraryRequest } from './library-seam.ts'
import { correctXmlRequest } from './xml-uploads.ts'

/**
 * The methods of the `GoogleAuth` that a client such as `Storage` uses: to authorize a request and to send one, to name the
 * project, and to sign a URL.
 */
export function serviceAuthMethods(
  library: GoogleAuthLibrary,
  connection: Connection,
  extras: AuthExtras,
  authClient: AuthClient,
): object {
  const { identity, settings } = connection
  const loadSecrets = async () => {
    await identity?.load()
    await authClient.getRequestHeaders()
  }
  return {
    ...authMethods(library, connection, extras),
    /** The auth client adds the secrets when it sends the request; so they do not become part of errors. */
    async authorizeRequest(request: LibraryRequest): Promise<LibraryRequest> {
      // It is read and not sent.
      if (request.uri.startsWith('data:')) return request
      const begun = performance.now()
      const { timeout } = request
      try {
        // Here, since what fails while it is sent is tried again for seconds.
        await within(timeout, loadSecrets())
      } catch (cause) {
        // An upload's streams are put together only now, and an error that comes sooner is lost among them.
        await setImmediate()
        throw refusal(cause)
      }
      return {
        ...request,
        uri: decodeUrl(request.uri),
        ...(timeout && { timeout: remainingTime(timeout, begun) }),
      }
    },
    request: (options: GaxiosOptions) => authClient.request(correctXmlRequest(settings.endpoint, options)),
  }
}

/** Stands for a project that is not known yet. */
const PROJECT = '{{projectId}}'

/** @google-cloud/common 8 encodes too much: what it then does not find to replace it, and the brackets of an IPv6 address. */
function decodeUrl(url: string): string {
  return url.replace(encodeURIComponent(PROJECT), PROJECT).replace(/^(https?:\/\/)%5B([\da-f:.]+)%5D/i, '$1[$2]')
}

/** What the client takes for a lack of credentials, it answers by sending the request without any. */
function refusal(cause: unknown): Error {
  const message = isError(cause) ? cause.message : String(cause)
  if (message.includes('Could not load the default credentials')) {
    return new ClientConnectError(
      'no_credentials',
      'Cannot find credentials: the GoogleAuth that you passed has none',
      { cause },
    )
  }
  return isError(cause) ? cause : new Error(message, { cause })
}
