import type { ClientSettings } from '../settings/client-settings.ts'
import { ClientConnectError } from './connect-errors.ts'

/**
 * Credentials are sent to no other universe than their own.
 * @throws {ClientConnectError} `universe_mismatch`.
 */
export function checkUniverse({ universeDomain }: ClientSettings, ofCredentials: string): void {
  if (universeDomain === ofCredentials) return
  throw new ClientConnectError(
    'universe_mismatch',
    `Cannot use credentials of the universe domain ${ofCredentials} with options for ${universeDomain}: ` +
      'set universeDomain to it, or use credentials of the other universe',
  )
}
