import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { Connection } from '../connection.ts'

/**
 * Refuses a request that the library sends by itself, where that would leave an option without effect.
 * @param failure What cannot be done, as the error begins.
 * @param others More options that would be lost, if they are set.
 * @throws {ClientConnectError} `unsupported_option`.
 */
export function refuseLostOptions(
  { settings, identity }: Connection,
  failure: string,
  remedy: string,
  others: readonly (string | undefined)[] = [],
): void {
  const lost = [
    identity === undefined ? undefined : 'a client certificate',
    settings.tracerProvider === undefined ? undefined : 'tracerProvider',
    settings.endpoint.basePath === '' ? undefined : 'the path of apiEndpoint',
    ...others,
  ].filter(name => name !== undefined)
  if (lost.length === 0) return
  throw new ClientConnectError('unsupported_option', `${failure}: it does not support ${lost.join(' and ')}; ${remedy}`)
}
