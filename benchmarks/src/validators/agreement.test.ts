import { describe, expect, test } from 'vitest'

import { loadImplementation, validatorNames } from './all.ts'
import { full, fullInSnakeCase, invalid, valid } from './inputs.ts'

describe.for(validatorNames)('%s enforces the rules of all', async name => {
  const { construct, fromMapping, safeParse, isSuccess } = await loadImplementation(name)

  test.for(valid)('takes %o', input => {
    const options = construct(input)
    expect(Object.isFrozen(options)).toBe(true)
    expect(isSuccess(safeParse(input))).toBe(true)
  })

  test.for(invalid)('refuses %o', input => {
    expect(() => construct(input)).toThrow(Error)
    expect(() => fromMapping(input)).toThrow(Error)
    expect(isSuccess(safeParse(input))).toBe(false)
  })

  test('takes snake_case, and gives the same', () => {
    expect(fromMapping(fullInSnakeCase)).toEqual(construct(full))
  })
})
