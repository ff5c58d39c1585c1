/** Waits for a value, but no longer than until the signal aborts, whose reason is thrown then. */
export async function raceWithSignal<Value>(
  value: Promise<Value>,
  signal: AbortSignal | null | undefined,
): Promise<Value> {
  if (!signal) return value
  if (signal.aborted) throw reasonOf(signal)
  let abort: (() => void) | undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(reasonOf(signal))
    signal.addEventListener('abort', abort)
  })
  try {
    return await Promise.race([value, aborted])
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort)
  }
}

/**
 * Waits for a value, but no longer than a request may take as a whole; `undefined` or 0 is no limit, as gaxios has it.
 * @throws {RequestTimeout} named `TimeoutError`, as what `AbortSignal.timeout` throws is.
 */
export async function within<Value>(timeout: number | undefined, value: Promise<Value>): Promise<Value> {
  if (!timeout) return value
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RequestTimeout()), Math.min(timeout, MAX_DELAY))
  })
  try {
    return await Promise.race([value, timedOut])
  } finally {
    clearTimeout(timer)
  }
}

/** What is left of a timeout since then, by `performance.now()`: a whole number, as `AbortSignal.timeout` needs it. */
export function remainingTime(timeout: number, since: number): number {
  return Math.max(1, Math.ceil(timeout - (performance.now() - since)))
}

/** A timer of Node's that is longer ends at once. */
const MAX_DELAY = 2 ** 31 - 1

/** The timeout that the caller set, and no failure of what was waited for. */
export class RequestTimeout extends DOMException {
  constructor() {
    super('The operation was aborted due to timeout', 'TimeoutError')
  }
}

/** The polyfill that `@google-cloud/storage` 7 passes has no reason. */
function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError')
}
