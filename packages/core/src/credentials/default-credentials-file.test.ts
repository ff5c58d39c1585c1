import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { temporaryFolder } from '@client-options/loopback'
import { afterAll, expect, test } from 'vitest'

import { defaultCredentialsFile } from './default-credentials-file.ts'

const folder = await temporaryFolder()

afterAll(() => folder[Symbol.asyncDispose]())

test.skipIf(process.platform === 'win32')('gcloud’s file is under the user’s own folder, if it is there', () => {
  const home = join(folder.path, 'home')
  expect(defaultCredentialsFile({ HOME: home })).toBeUndefined()
  const path = touch(join(home, '.config', 'gcloud', 'application_default_credentials.json'))
  expect(defaultCredentialsFile({ HOME: home })).toBe(path)
  expect(defaultCredentialsFile({ HOME: home, CLOUDSDK_CONFIG: '' })).toBe(path)
  expect(defaultCredentialsFile({})).toBeUndefined()
})

test('gcloud’s file is in its own folder where the environment names one, and nowhere else then', () => {
  const home = join(folder.path, 'other')
  touch(join(home, '.config', 'gcloud', 'application_default_credentials.json'))
  const config = join(folder.path, 'config')
  const environment = { HOME: home, APPDATA: join(home, '.config'), CLOUDSDK_CONFIG: config }
  expect(defaultCredentialsFile(environment)).toBeUndefined()
  const path = touch(join(config, 'application_default_credentials.json'))
  expect(defaultCredentialsFile(environment)).toBe(path)
})

function touch(path: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '')
  return path
}
