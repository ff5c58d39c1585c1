import { inspect } from 'node:util'

import { expect, test } from 'vitest'

import { toRequestHeaders, withHeaders } from './request-headers.ts'

test.each([
  ['a plain object', { Authorization: ' Bearer token ', 'X-Goog-User-Project': 'project' }],
  ['Headers', new Headers({ Authorization: ' Bearer token ', 'X-Goog-User-Project': 'project' })],
])('the headers of an auth client have names in lower case: %s', (_kind, received) => {
  expect(Object.fromEntries(toRequestHeaders(received))).toEqual({
    authorization: 'Bearer token',
    'x-goog-user-project': 'project',
  })
})

test.each(['Bearer CANARY\nx: y', 'Bearer CANARY\u0000', 'Bearer CANARYé'])('%j is refused, and not shown', value => {
  let thrown: unknown
  try {
    toRequestHeaders({ authorization: value })
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ code: 'token_request_failed', message: expect.stringContaining('authorization') })
  expect(inspect(thrown, { depth: 10, showHidden: true })).not.toContain('CANARY')
})

test('added headers replace those of the credentials, which stay as they are', async () => {
  const own = new Map([['x-goog-user-project', 'one']])
  const headers = await withHeaders(new Map([['x-goog-user-project', 'other']]), { headers: () => own }).headers()
  expect([...headers]).toEqual([['x-goog-user-project', 'other']])
  expect([...own]).toEqual([['x-goog-user-project', 'one']])
})
