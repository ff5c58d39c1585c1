import { expect, test } from 'vitest'

import { ClientOptions } from './client-options.ts'
import { fields } from './fields.ts'
import { otherNames } from './other-names.ts'

test('an option of Google’s clients under another name says what to set', () => {
  for (const [name, advice] of Object.entries(otherNames)) {
    expect(fields).not.toHaveProperty(name)
    expect(Object.keys(fields).some(option => advice.includes(option))).toBe(true)
    expect(messageOf(name)).toBe(`${name}: is not a client option; ${advice}`)
  }
})

// The nearest option would be another: quotaProjectId changes who is charged.
test.each([
  'projectId',
  'project',
  'location',
  'fallback',
  'auth',
  'authClient',
  'databaseId',
  'libName',
  'libVersion',
  'vertexai',
])('%s belongs to the client itself', name =>
  expect(messageOf(name)).toMatch(/belongs to the client itself: pass it as an additional option/),
)

test.each(['constructor', '__proto__x', 'toString'])('%s is not one of these', name => {
  expect(messageOf(name)).toMatch(/is not a client option; the options are /)
})

function messageOf(name: string): string | undefined {
  const result = ClientOptions.safeParse({ [name]: 'value' })
  return result.success ? undefined : result.error.message.replace('Invalid client options: ', '')
}
