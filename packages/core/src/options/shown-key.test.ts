import { expect, test } from 'vitest'

import { shownKey } from './shown-key.ts'

test.each([
  'apiKee',
  '_private$name',
  'vision.apiKey',
  // Too short for a secret, whatever it looks like.
  'a1b2c3d4e5f6g7h8i9j0',
  'somewhatLongOptionName',
  'SOME_LONG_CONSTANT_NAME',
  'someLongHTTPOptionName',
  'someLongOptionNamed123',
  // Three letters a word are just enough.
  'AbcDefGhiJklMnoPqrStu',
  '_'.repeat(21),
])('%s is shown', key => expect(shownKey(key)).toBe(key))

test.each([
  'a1b2c3d4e5f6g7h8i9j0k',
  'someLongOptionNamed1234',
  'aBcDeFgHiJkLmNoPqRsTuV',
  'AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY',
  'api_key=AIza',
  'two words',
  '{"a":1}',
  '1st',
  '',
])('%s is not', key => expect(shownKey(key)).toBe('[hidden]'))

test('a long name is shortened', () => {
  const name = 'anotherName'.repeat(5)
  expect(shownKey(name)).toBe(`${name.slice(0, 40)}...`)
  expect(shownKey(name.slice(0, 40))).toBe(name.slice(0, 40))
})
