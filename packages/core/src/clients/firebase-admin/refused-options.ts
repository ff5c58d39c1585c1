import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { ClientOptions } from '../../options/client-options.ts'
import type { OptionName } from '../../options/types.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import { DEFAULT_UNIVERSE_DOMAIN } from '../../settings/service.ts'

/** The options that have no place in firebase-admin, with the reason. */
const reasons: Partial<Record<OptionName, string>> = {
  apiEndpoint: 'the hosts of its services are fixed',
  apiKey: 'its services accept tokens only; set credentials or credentialsFile',
  universeDomain: `its services exist in ${DEFAULT_UNIVERSE_DOMAIN} only`,
  tracerProvider: 'it sends its requests itself; trace node:http with OpenTelemetry',
}

/**
 * Refuses an option that cannot take effect.
 * @throws {ClientConnectError} `unsupported_option`, which names it.
 */
export function refuseOptions(options: ClientOptions): void {
  for (const [name, reason] of Object.entries(reasons)) {
    if (Reflect.get(options, name) === undefined) continue
    throw new ClientConnectError('unsupported_option', `Cannot put ${name} into effect in firebase-admin: ${reason}`)
  }
}

/**
 * Refuses another universe that the environment names: its tokens would go to Google's.
 * @throws {ClientConnectError} `unsupported_option`.
 */
export function refuseUniverse({ universeDomain, origins }: ClientSettings): void {
  if (universeDomain === DEFAULT_UNIVERSE_DOMAIN) return
  const source = String(origins.universeDomain).replace('environment:', '')
  const message = `Cannot use firebase-admin in the universe that ${source} names: ${reasons.universeDomain}`
  throw new ClientConnectError('unsupported_option', message)
}
