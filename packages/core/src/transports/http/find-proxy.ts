import type { Environment } from '../../options/environment.ts'
import { processEnvironment } from '../../settings/environment.ts'
import { type Proxy, proxyFor } from './proxy.ts'

/** A proxy on the way to a URL, without the user and the password in its own. */
export interface FoundProxy {
  /** As `http://proxy.example:3128`. */
  readonly url: string
  /** The environment variable that names it. */
  readonly variable: string
}

/**
 * The proxy through which every HTTP client of this package reaches a URL: `HTTPS_PROXY` or `HTTP_PROXY`, and the exceptions of
 * `NO_PROXY`, in capitals or not.
 *
 * @param url Such as that of `settings.endpoint`.
 * @param env The environment variables; the process's own when left out.
 * @returns `undefined` when it is reached directly.
 * @throws {ClientSettingsError} `invalid_environment` when the variable does not hold the URL of a proxy.
 */
export function findProxy(url: string | URL, env: Environment = processEnvironment()): FoundProxy | undefined {
  const found = proxyFor(new URL(url), env)
  return found && withoutUser(found)
}

/** A proxy as it may be shown. */
export function withoutUser({ url, variable }: Proxy): FoundProxy {
  return { url: `${url.protocol}//${url.host}`, variable }
}
