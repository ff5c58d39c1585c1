/** Waits for a value, but no longer than until the signal aborts, whose reason is thrown then. */
export async function unlessAborted<Value>(
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

/** The polyfill that `@google-cloud/storage` 7 passes has no reason. */
function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError')
}
