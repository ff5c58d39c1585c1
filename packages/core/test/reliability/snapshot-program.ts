/**
 * Tests of a careless programmer, which write all there is into snapshots, and then fail with the difference to another
 * value. They are run by written-secrets.test.ts, in a process of their own with snapshot.config.ts.
 */
import { describe, expect, test } from 'vitest'

import { outcomes, readPlan } from './outcomes.ts'

describe.each(Object.entries(outcomes(readPlan(process.env['SNAPSHOT_PLAN']))))('%s', (_name, make) => {
  const made = make()

  test('as a snapshot', async () => {
    const outcome = await made
    // Of an error, a snapshot shows the message only.
    expect([outcome, { ...Object(outcome) }]).toMatchSnapshot()
  })

  test('as a difference', async () => {
    const outcome = await made
    expect([outcome, { ...Object(outcome) }]).toEqual('something else')
  })
})
