import * as fc from 'fast-check'
/**
 * Holds a property against hostile values, and gives how many there were.
 * @param share The part of all cases that a slow property is given.
 */
export declare function fuzz<Value>(
  arbitrary: fc.Arbitrary<Value>,
  holds: (value: Value) => void,
  share?: number,
): number
/** As {@link fuzz}, for what takes its time. */
export declare function fuzzAsync<Value>(
  arbitrary: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<void>,
  share?: number,
): Promise<number>
/** The time that a suite of fuzzing may take. */
export declare const FUZZ_TIMEOUT: number
