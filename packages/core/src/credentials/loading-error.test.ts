import { expect, test } from 'vitest'

import { loadingError } from './loading-error.ts'

const errorOf = (cause: unknown) => loadingError('undici', cause, 'install it')

test.each([
  ['ERR_MODULE_NOT_FOUND', "Cannot find package 'undici' imported from /app/node_modules/core/fetch.js"],
  ['MODULE_NOT_FOUND', "Cannot find module 'undici'\nRequire stack:\n- /app/index.js"],
  [undefined, 'Could not resolve "undici" imported by "@client-options/core". Is it installed?'],
])('a library that is not installed is missing (%s)', (code, message) => {
  const cause = Object.assign(new Error(message), { code })
  expect(errorOf(cause)).toMatchObject({
    code: 'missing_library',
    message: 'Cannot find the package undici; install it',
    cause,
  })
})

test.each([
  new TypeError("Cannot read properties of undefined (reading 'bind')"),
  Object.assign(new Error("Cannot find module 'other'\nRequire stack:\n- 'undici'"), { code: 'MODULE_NOT_FOUND' }),
  new Error('Could not resolve "other" imported by "undici". Is it installed?'),
  'a string',
])('a library that fails while it is loaded is not called missing: %s', cause => {
  const reason = cause instanceof Error ? cause.message : cause
  expect(errorOf(cause)).toMatchObject({
    code: 'unsupported_library',
    message: expect.stringContaining(
      `Cannot load the installed undici on Node ${process.versions.node}: ${reason}; install`,
    ),
    cause,
  })
})
