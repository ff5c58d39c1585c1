import { expect, test } from 'vitest'

import { differences, type Expectation, formatTable, tableRow } from './report.ts'

const expected: Expectation = {
  host: 'localhost:1',
  certificate: 'alice',
  apiKey: 'AIza-secret',
  quotaProject: 'quota',
  scope: undefined,
  audience: undefined,
}

test('what arrived as the options say differs in nothing', () => {
  expect(differences(expected, { ...expected })).toEqual([])
})

test.each(Object.keys(expected))('another %s is a difference, and so is one too many or too few', name => {
  for (const value of ['other', undefined]) {
    const seen: Expectation = { ...expected, [name]: value }
    const same = expected[name as keyof Expectation] === value
    expect(differences(expected, seen)).toEqual(same ? [] : [name])
  }
})

test('the API key is masked', () => {
  expect(formatTable([tableRow(expected, ['scope'])])).not.toContain('secret')
  expect(formatTable([tableRow(expected, ['scope'])])).toContain('NO: scope')
})
