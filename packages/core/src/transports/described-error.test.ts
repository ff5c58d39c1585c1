import { expect, test } from 'vitest'

import { addClientDescription } from './described-error.ts'

const describe = () => 'who asks whom'

test.each([401, 403, 404, '403', 16, 7, 5])('status %s', status => {
  const error = new Error('denied')
  addClientDescription(error, status, describe)
  expect(Object.fromEntries(Object.entries(error))).toEqual({ clientDescription: 'who asks whom' })
})

test.each([400, 500, 3, 0, '', undefined, null, 'universe_mismatch', Number.NaN])('not status %s', status => {
  const error = new Error('denied')
  addClientDescription(error, status, () => expect.unreachable('It is described'))
  expect(Object.fromEntries(Object.entries(error))).toEqual({})
})

test('an error that is described already, or cannot be, stays as it is, and so does what is no object', () => {
  const ofAnother = Object.assign(new Error('denied'), { clientDescription: 'another client' })
  const frozen = Object.freeze(new Error('denied'))
  for (const error of [ofAnother, frozen, 'denied', undefined, null]) addClientDescription(error, 403, describe)
  expect(ofAnother.clientDescription).toBe('another client')
  expect(Object.entries(frozen)).toEqual([])
})
