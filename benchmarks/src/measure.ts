import { do_not_optimize, measure } from 'mitata'

/**
 * Nanoseconds of a call, the median of its samples, by mitata. What it gives is consumed, so that the engine cannot
 * leave the work out.
 */
export async function nanoseconds(call: () => unknown, milliseconds = 100): Promise<number> {
  const { p50 } = await measure(() => do_not_optimize(call()), { min_cpu_time: milliseconds * 1e6 })
  return p50
}

/** Milliseconds that something takes once, with what it gives. */
export async function timed<Result>(action: () => Result | Promise<Result>): Promise<[time: number, result: Result]> {
  const start = performance.now()
  const result = await action()
  return [performance.now() - start, result]
}
