import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { readPublicApi } from '../tools/api-report.ts'

const { reports, undocumented } = readPublicApi()

test.each([...reports])(
  '%s is the API of the build (else review, and run: node tools/api-report.ts)',
  (path, report) => {
    expect(readFileSync(path, 'utf8')).toBe(report)
  },
)

test('everything public has a doc comment, which explains its parameters and its errors', () => {
  expect(undocumented).toEqual([])
})
