import { setTimeout } from 'node:timers/promises'

/** How often, and after what delays in seconds, a request is sent again; as the libraries' own options say it. */
export interface RetryPolicy {
  readonly retries: number
  readonly maxRetryDelay: number
  readonly retryDelayMultiplier: number
  readonly totalTimeout: number
}

/** What became of an attempt: a response, or an error before it was there as a whole. */
export interface Attempt {
  readonly error?: unknown
  readonly response?: unknown
}

/** Which attempts are followed by another. */
export interface RetryRules<Outcome extends Attempt> {
  isFinal(error: unknown): boolean
  isTransient(response: NonNullable<Outcome['response']>): Promise<boolean>
}

/**
 * Sends a request until it succeeds, or must not be sent again. The rules are those of retry-request, by which Google's
 * libraries send; except that it never calls back when the total timeout is over, and this returns the last attempt.
 */
export async function withRetries<Outcome extends Attempt>(
  policy: RetryPolicy,
  send: () => Promise<Outcome>,
  rules: RetryRules<Outcome>,
): Promise<Outcome> {
  const start = Date.now()
  let failures = 0
  for (let attempts = 1; ; attempts++) {
    const outcome = await send()
    const response: Outcome['response'] = outcome.response
    const { error } = outcome
    if (error !== undefined) failures++
    const isOver =
      error !== undefined
        ? failures > policy.retries || rules.isFinal(error)
        : attempts > policy.retries || !response || !(await rules.isTransient(response))
    if (isOver) return outcome
    const delay = delayBefore(error === undefined ? attempts : failures, Date.now() - start, policy)
    if (delay <= 0) return outcome
    await setTimeout(delay)
  }
}

function delayBefore(
  retry: number,
  elapsed: number,
  { maxRetryDelay, retryDelayMultiplier, totalTimeout }: RetryPolicy,
): number {
  const jitter = Math.floor(Math.random() * 1000)
  const delay = retryDelayMultiplier ** retry * 1000 + jitter
  return Math.min(delay, totalTimeout * 1000 - elapsed, maxRetryDelay * 1000)
}
