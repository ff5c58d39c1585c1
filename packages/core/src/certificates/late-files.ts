import { statSync } from 'node:fs'
import { resolve, sep } from 'node:path'

import { safeGet } from '../options/safe-get.ts'
import { ClientCertificateError } from './errors.ts'

/**
 * How long a platform may take to deliver files while the program starts, and how often they are looked for: as Python's
 * google-auth (`_agent_identity_utils.py`) and google-auth-library-java (`AgentIdentityUtils`) do.
 */
const DELIVERY_LIMIT = 30_000
const FAST_PERIOD = 5_000
const FAST_INTERVAL = 100
const SLOW_INTERVAL = 500

/** Waits until `find` returns what `what` names. */
export type AwaitDelivery = <Found>(what: string, find: () => Found | undefined) => Promise<Found>

/**
 * Waits for files that are delivered late. The time begins with the first wait, so that a file which never comes delays the
 * first request and not each one. A request that is aborted stops waiting; the others that wait for the same go on.
 * @throws {ClientCertificateError} `unreadable_file` when the time is over.
 */
export function createDelivery(): AwaitDelivery {
  let begun: number | undefined
  return async (what, find) => {
    begun ??= performance.now()
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      const elapsed = performance.now() - begun
      if (elapsed >= DELIVERY_LIMIT) throw notDelivered(what)
      // It keeps the process alive: a program that waits for its first response would otherwise end here.
      await new Promise(resume => setTimeout(resume, elapsed < FAST_PERIOD ? FAST_INTERVAL : SLOW_INTERVAL))
    }
  }
}

function notDelivered(what: string): ClientCertificateError {
  const remedy =
    'check that this machine delivers it, or set GOOGLE_API_USE_CLIENT_CERTIFICATE=false to use no certificate'
  const message = `${what} was not delivered within ${DELIVERY_LIMIT / 1000} seconds; ${remedy}`
  return new ClientCertificateError('unreadable_file', message)
}

/** Whether a file need not be waited for. It holds something, or reading it will say what is wrong with it. */
export function isDelivered(path: string): boolean {
  try {
    const stats = statSync(path)
    return !stats.isFile() || stats.size > 0
  } catch (error) {
    return !isMissing(error)
  }
}

/** Whether the system says that nothing is there. */
export function isMissing(error: unknown): boolean {
  const code = safeGet(error, 'code')
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Whether a path lies within a directory, by its name. */
export function isWithin(directory: string, path: string): boolean {
  return resolve(path).startsWith(resolve(directory) + sep)
}
