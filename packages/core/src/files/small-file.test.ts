import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { findSecret, temporaryFolder } from '@client-options/loopback'
import { afterAll, describe, expect, test } from 'vitest'

import { type FileError, readSmallFile, readSmallFileSync } from './small-file.ts'

const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())

const at = (name: string) => join(folder.path, name)
const small = at('small')
writeFileSync(small, '\uFEFFcontent')
writeFileSync(at('limit'), '')
truncateSync(at('limit'), 1024 * 1024)
writeFileSync(at('large'), '')
truncateSync(at('large'), 1024 * 1024 + 1)
mkdirSync(at('directory'))

const errorOf: FileError = (fault, problem, options) => Object.assign(new Error(problem, options), { fault })

describe.each([
  ['readSmallFileSync', async (path: string) => readSmallFileSync(path, errorOf)],
  ['readSmallFile', (path: string) => readSmallFile(path, errorOf)],
] as const)('%s', (_name, open) => {
  test('accepts a regular file of at most 1 MiB', async () => {
    await expect(open(small)).resolves.toBe('content')
    await open(at('limit'))
  })

  test('refuses another', async () => {
    await expect(open(at('large'))).rejects.toMatchObject({ fault: 'file_too_large' })
    await expect(open(at('directory'))).rejects.toMatchObject({ fault: 'not_a_file' })
  })

  test.runIf(process.platform === 'linux')('refuses a device, a pipe and a link to one, at once', async () => {
    const [pipe, link] = [at(`pipe-${crypto.randomUUID()}`), at(`link-${crypto.randomUUID()}`)]
    execFileSync('mkfifo', [pipe])
    symlinkSync('/dev/zero', link)
    for (const path of [pipe, link, '/dev/zero', '/dev/null']) {
      await expect(open(path)).rejects.toMatchObject({ fault: 'not_a_file' })
    }
  })

  test('names the code of the system, and not the path', async () => {
    for (const [path, code] of [
      [at('SECRET'), 'ENOENT'],
      [join(small, 'SECRET'), 'ENOTDIR'],
      ['SECRET\0', 'ERR_INVALID_ARG_VALUE'],
    ] as const) {
      const error: unknown = await open(path).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toMatchObject({ fault: 'unreadable_file', message: expect.stringContaining(code), cause: { code } })
      expect(findSecret('SECRET', error)).toEqual([])
    }
  })
})
