import { safeGet } from '../../options/safe-get.ts'

// `getClientConfig` of PubSub returns options for a client of `v1` that the caller constructs. With these it would wait until
// the instance has made an inner client of its own, by which the connection is known; so one is made before it returns.

/** Lets a client that the caller constructs with `getClientConfig()` be used at once. */
export function connectClientConfig(client: object): void {
  const getConfig = safeGet(client, 'getClientConfig')
  const makeClient = safeGet(client, 'getClientAsync_')
  if (typeof getConfig !== 'function' || typeof makeClient !== 'function') return
  let isMade = false
  Object.defineProperty(client, 'getClientConfig', {
    configurable: true,
    writable: true,
    async value(): Promise<unknown> {
      const config: unknown = await Reflect.apply(getConfig, client, [])
      // To make one asks for the config again.
      if (isMade) return config
      isMade = true
      await Reflect.apply(makeClient, client, [{ client: 'SubscriberClient' }])
      return config
    },
  })
}
