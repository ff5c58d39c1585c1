import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { temporaryFolder } from '@client-options/loopback'
import { afterAll, describe, expect, test } from 'vitest'

import { optionsFromEnvironment } from './environment.ts'
import { type OptionsSourceIssue, OptionsSourceError } from './errors.ts'
import { loadClientOptions } from './layers.ts'
import { optionsFromFile } from './option-file.ts'

const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const path = join(folder.path, 'options.yaml')
writeFileSync(
  path,
  `quotaProjectId: all
clientCertificateFile: cert.pem
clientCertificateKeyFile: key.pem
services: { vision: { quotaProjectId: vision } }
profiles: { staging: { quotaProjectId: staging } }
`,
)

function issuesOf(load: () => unknown): readonly OptionsSourceIssue[] {
  try {
    load()
  } catch (error) {
    if (error instanceof OptionsSourceError) return error.issues
    throw error
  }
  return expect.unreachable('It was accepted')
}

describe('an argument that would lead to other options than are meant', () => {
  test.each<[string, () => unknown, Partial<OptionsSourceIssue>]>([
    ['a misspelt profile', () => optionsFromFile(path, { profil: 'staging' } as object), { property: 'profil' }],
    [
      'a misspelt env',
      () => optionsFromEnvironment({ prefix: 'A_', enviroment: {} } as never),
      { property: 'enviroment' },
    ],
    ['a profile for layers', () => loadClientOptions({ layers: [], profile: 'x' } as never), { property: 'profile' }],
    ['a text', () => optionsFromFile(path, 'staging' as never), { code: 'invalid_type' }],
    ['a number as profile', () => optionsFromFile(path, { profile: 5 } as never), { property: 'profile' }],
    ['an empty profile', () => optionsFromFile(path, { profile: '' }), { property: 'profile' }],
    ['a number as service', () => optionsFromFile(path, { service: 5 } as never), { property: 'service' }],
    ['a misspelt service', () => optionsFromFile(path, { service: 'visoin' }), { code: 'unknown_section' }],
  ])('is refused: %s', (_, load, issue) => {
    expect(issuesOf(load)).toMatchObject([issue])
  })

  test('null is as undefined, and a service may have no section', () => {
    expect(optionsFromFile(path, { profile: null, service: null } as never).quotaProjectId).toBe('all')
    expect(optionsFromFile(path, { service: 'speech' }).quotaProjectId).toBe('all')
    expect(optionsFromFile(path, { service: 'vision' }).quotaProjectId).toBe('vision')
  })
})

describe('the certificate of a lower section', () => {
  function profile(text: string) {
    const file = join(folder.path, 'profile.yaml')
    writeFileSync(file, `clientCertificateFile: c.pem\nclientCertificateKeyFile: k.pem\nprofiles:\n  p: { ${text} }\n`)
    return () => optionsFromFile(file, { profile: 'p' })
  }

  test.each(['clientCertificateKeyPassphraseVariable: null', 'client_certificate_key_file: null'])(
    'is not lost in part: %s',
    text => {
      expect(issuesOf(profile(text))).toMatchObject([{ code: 'incomplete_certificate', line: 4 }])
    },
  )

  test('can be taken out', () => {
    expect(profile('quotaProjectId: p')().clientEncryptedCertSource).toBeTypeOf('function')
    expect(profile('clientCertificateFile: null')().clientEncryptedCertSource).toBeUndefined()
  })
})

test.each(['', '# a comment\n', '[]', 'text'])('a file that is not a mapping has one issue: %j', text => {
  const file = join(folder.path, 'empty.yaml')
  writeFileSync(file, text)
  expect(issuesOf(() => optionsFromFile(file))).toMatchObject([{ code: 'not_a_mapping' }])
})

test('separators alone are not a list', () => {
  expect(issuesOf(() => optionsFromEnvironment({ prefix: 'A_', env: { A_SCOPES: ',' } }))).toHaveLength(1)
})
