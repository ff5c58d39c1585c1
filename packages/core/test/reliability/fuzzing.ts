import * as fc from 'fast-check'

/** How many values each property is held against: few in `npm test`, a million and more in `npm run reliability`. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 1000)
/** Whether this is the long run, in which everything is tried that `npm test` tries a part of. */
export const IS_LONG = CASES > 1000
/** The same values every time, unless a run is given another seed. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124)
/** fast-check keeps what it has run, so a long run is made of short ones, each with a seed of its own. */
const CASES_AT_ONCE = 10_000

/**
 * Holds a property against hostile values, and gives how many there were.
 * @param share The part of all cases that a slow property is given.
 */
export function fuzz<Value>(arbitrary: fc.Arbitrary<Value>, holds: (value: Value) => void, share = 1): number {
  const cases = Math.ceil(CASES * share)
  for (let done = 0; done < cases; done += CASES_AT_ONCE) {
    const numRuns = Math.min(CASES_AT_ONCE, cases - done)
    fc.assert(fc.property(arbitrary, holds), { numRuns, seed: SEED + done })
  }
  return cases
}

/** As {@link fuzz}, for what takes its time. */
export async function fuzzAsync<Value>(
  arbitrary: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<void>,
  share = 1,
): Promise<number> {
  const cases = Math.ceil(CASES * share)
  for (let done = 0; done < cases; done += CASES_AT_ONCE) {
    const numRuns = Math.min(CASES_AT_ONCE, cases - done)
    await fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns, seed: SEED + done })
  }
  return cases
}

/** The time that a suite of fuzzing may take. */
export const FUZZ_TIMEOUT = 10_000 + CASES * 2
