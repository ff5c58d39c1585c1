import { failed, ok, type Result, skipped } from './finding.ts'

/** A token that was signed by a clock that differs more is refused. */
const MOST_SECONDS = 5 * 60

/** @param serverTime The `date` of the endpoint's response, and when it arrived, in milliseconds since the epoch. */
export function checkClock(serverTime: { readonly date: number; readonly arrived: number } | undefined): Result {
  if (serverTime === undefined) return skipped('The endpoint did not say what time it is')
  const seconds = Math.round((serverTime.arrived - serverTime.date) / 1000)
  const amount = `${Math.abs(seconds)} seconds`
  if (Math.abs(seconds) <= MOST_SECONDS) return ok(`Within ${MOST_SECONDS / 60} minutes of the endpoint's`)
  const direction = seconds > 0 ? 'ahead of' : 'behind'
  return failed(
    'clock_skew',
    `The clock of this machine is ${amount} ${direction} the endpoint's; set it, since tokens depend on it`,
  )
}
