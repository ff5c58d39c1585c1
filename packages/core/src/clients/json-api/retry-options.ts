import { safeGet } from '../../options/safe-get.ts'
import type { LibraryRequest } from './library-seam.ts'
import type { RetryPolicy } from './retries.ts'

/** The defaults of Google's libraries. */
const defaults = { retries: 3, maxRetryDelay: 64, retryDelayMultiplier: 2, totalTimeout: 600 }

const TRANSIENT_STATUSES = new Set<unknown>([408, 429, 500, 502, 503, 504])

/**
 * How often a request is sent again. Read for every request, since `Storage` changes its `retryOptions` for operations
 * that cannot be repeated.
 * @param options What the client was created with, where the instance does not have its `retryOptions`.
 */
export function retryPolicy(client: object, options: object, { maxRetries }: LibraryRequest): RetryPolicy {
  const retryOptions = retryOptionsOf(client, options)
  const isOff = (safeGet(options, 'autoRetry') ?? safeGet(retryOptions, 'autoRetry')) === false
  const retries = numberOr(defaults.retries, safeGet(options, 'maxRetries') ?? safeGet(retryOptions, 'maxRetries'))
  return {
    retries: maxRetries ?? (isOff ? 0 : retries),
    maxRetryDelay: numberOr(defaults.maxRetryDelay, safeGet(retryOptions, 'maxRetryDelay')),
    retryDelayMultiplier: numberOr(defaults.retryDelayMultiplier, safeGet(retryOptions, 'retryDelayMultiplier')),
    totalTimeout: numberOr(defaults.totalTimeout, safeGet(retryOptions, 'totalTimeout')),
  }
}

/** Whether an error of a status is followed by another attempt, as the caller's own function says, or the libraries. */
export function isTransient(client: object, options: object, error: { code?: unknown; errors?: unknown }): boolean {
  const decide = safeGet(retryOptionsOf(client, options), 'retryableErrorFn')
  if (typeof decide === 'function') return Boolean(decide(error))
  return TRANSIENT_STATUSES.has(error.code) || reasonsOf(error.errors).some(isTransientReason)
}

function retryOptionsOf(client: object, options: object): unknown {
  return safeGet(client, 'retryOptions') ?? safeGet(options, 'retryOptions')
}

function reasonsOf(errors: unknown): readonly unknown[] {
  return Array.isArray(errors) ? errors.map(error => safeGet(error, 'reason')) : []
}

function isTransientReason(reason: unknown): boolean {
  if (typeof reason !== 'string') return false
  return ['rateLimitExceeded', 'userRateLimitExceeded'].includes(reason) || reason.includes('EAI_AGAIN')
}

function numberOr(fallback: number, value: unknown): number {
  return typeof value === 'number' ? value : fallback
}
