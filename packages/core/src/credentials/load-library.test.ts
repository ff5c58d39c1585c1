import { expect, test } from 'vitest'

import { loadLibrary } from './load-library.ts'

const failing = (cause: unknown) => loadLibrary('undici', () => Promise.reject(cause), 'install it')

test.each([
  ['ERR_MODULE_NOT_FOUND', "Cannot find package 'undici' imported from /app/node_modules/core/fetch.js"],
  ['MODULE_NOT_FOUND', "Cannot find module 'undici'\nRequire stack:\n- /app/index.js"],
])('a library that is not installed is missing (%s)', async (code, message) => {
  const cause = Object.assign(new Error(message), { code })
  await expect(failing(cause)).rejects.toMatchObject({
    code: 'missing_library',
    message: 'Cannot find the package undici; install it',
    cause,
  })
})

test.each([
  new TypeError("Cannot read properties of undefined (reading 'bind')"),
  Object.assign(new Error("Cannot find module 'other'\nRequire stack:\n- 'undici'"), { code: 'MODULE_NOT_FOUND' }),
  'a string',
])('a library that fails while it is loaded is not called missing: %s', async cause => {
  const reason = cause instanceof Error ? cause.message : cause
  await expect(failing(cause)).rejects.toMatchObject({
    code: 'unsupported_library',
    message: expect.stringContaining(
      `Cannot load the installed undici on Node ${process.versions.node}: ${reason}; install`,
    ),
    cause,
  })
})
