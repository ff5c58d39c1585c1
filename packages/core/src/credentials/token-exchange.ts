import type { BaseExternalAccountClient } from 'google-auth-library'

import { ClientConnectError } from './connect-errors.ts'

/**
 * Makes an external account's client exchange its token by its own transporter, and so within its limits. By itself
 * google-auth-library exchanges it by another, which follows redirects with the token and waits for ever, and for which
 * there is no option; see google-auth-library.test.ts.
 * @param check Checks what it reads for the token to exchange, before it does so, since files are replaced.
 * @throws {ClientConnectError} `unsupported_library` in a version of the library that does it otherwise.
 */
export function limitExchange<Client extends BaseExternalAccountClient>(client: Client, check: () => void): Client {
  const retrieve = client.retrieveSubjectToken.bind(client)
  limit(client)
  client.retrieveSubjectToken = async () => {
    check()
    const token = await retrieve()
    // Again, since one that presents a certificate to the token server creates both again.
    limit(client)
    return token
  }
  return client
}

function limit(client: BaseExternalAccountClient): void {
  const exchange: unknown = Reflect.get(client, 'stsCredential')
  if (typeof exchange === 'object' && exchange !== null && Object.hasOwn(exchange, 'transporter')) {
    Reflect.set(exchange, 'transporter', client.transporter)
    return
  }
  throw new ClientConnectError(
    'unsupported_library',
    'Unsupported version of google-auth-library: it exchanges tokens in an unknown way; install 11.3',
  )
}
