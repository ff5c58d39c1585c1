import { isError } from '../options/errors.ts'

/** A source that asks a vault or a person may take a while; one that takes longer will not answer. */
const TIME_LIMIT = 60_000

/**
 * Calls a function that the user gave for a certificate or for credentials.
 * @throws What it throws, or an `Error` when it gives no answer in time.
 */
export async function callWithinLimit<Result>(source: () => Result | Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(new Error(`it gave no answer within ${TIME_LIMIT / 1000} seconds`))
    // Whoever waits for the source has a limit of its own; this one must not keep a process that has finished.
    timer = setTimeout(giveUp, TIME_LIMIT).unref()
  })
  try {
    return await Promise.race([source(), timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** Why it failed, in words. What is thrown may be anything, and throw again when it is looked at. */
export function reasonOf(thrown: unknown): string {
  try {
    if (isError(thrown)) return String(thrown.message)
  } catch {
    // It is not looked at any further.
  }
  return 'it threw something that is no Error'
}
