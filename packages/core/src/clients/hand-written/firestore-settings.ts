import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import { checkExtra } from '../extra-options.ts'

// Firestore keeps its settings as `_settings`, of which it makes every inner client. It assigns them in its constructor and
// in `settings()`, and each time FIRESTORE_EMULATOR_HOST goes before what it was passed: with `ssl: false`, it replaces the
// channel credentials and sends `Bearer owner`. This file keeps the options on top of both.

/** The properties that only `createClient` can set, since by then every inner client is connected. */
const onlyAtCreation = ['auth', 'authClient', 'fallback']

/**
 * Keeps the options in the settings of a `Firestore`, whatever the environment and its `settings()` say.
 * @throws {ClientConnectError} `reserved_option`.
 */
export function keepFirestoreSettings(client: object, kept: object, { endpoint }: ClientSettings): void {
  if (safeGet(safeGet(client, '_settings'), 'fallback') !== undefined) {
    const message = 'Unsupported options of the client: fallback: Firestore ignores it; set preferRest'
    throw new ClientConnectError('reserved_option', message)
  }
  const onTop = (settings: unknown) => ({
    ...Object(settings),
    ...kept,
    ssl: undefined,
    // It does so itself without TLS, and the emulator then takes it for an administrator.
    ...(!endpoint.tls && {
      customHeaders: { Authorization: 'Bearer owner', ...Object(safeGet(settings, 'customHeaders')) },
    }),
  })
  let current = onTop(safeGet(client, '_settings'))
  Object.defineProperty(client, '_settings', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(settings: unknown) {
      current = onTop(settings)
    },
  })
  checkLaterSettings(client, [...onlyAtCreation, ...Object.keys(kept)])
}

/** An inner client for REST, if that is preferred: it connects to nothing, but shows whether REST has a place for the options. */
export function firestoreRestClient(client: object): object | undefined {
  const pool = safeGet(client, '_clientPool')
  const createInnerClient = safeGet(pool, 'clientFactory')
  const isWanted = safeGet(safeGet(client, '_settings'), 'preferRest') === true
  return isWanted && typeof createInnerClient === 'function'
    ? Reflect.apply(createInnerClient, pool, [false])
    : undefined
}

/** `settings()` takes what the constructor takes; what it could not change is an error there as well. */
function checkLaterSettings(client: object, fixed: readonly string[]): void {
  const change: unknown = safeGet(client, 'settings')
  if (typeof change !== 'function') return
  Object.defineProperty(client, 'settings', {
    configurable: true,
    writable: true,
    value: (settings: unknown): void => {
      const { own } = checkExtra(Object(settings))
      const lost = fixed.filter(name => safeGet(own, name) !== undefined)
      if (lost.length === 0) {
        Reflect.apply(change, client, [settings])
        firestoreRestClient(client)
        return
      }
      const message = `Cannot change ${lost.join(', ')} in the settings() of a Firestore that was created; `
      throw new ClientConnectError('reserved_option', `${message}pass it to createClient`)
    },
  })
}
