import { expect, test } from 'vitest'

import { shownPath } from './shown-path.ts'

test.for<[path: string, shown: string]>([
  ['/etc/my-app/credentials.json', '/etc/my-app/credentials.json'],
  ['credentials.json', 'credentials.json'],
  ['C:\\keys\\key.json', 'C:\\keys\\key.json'],
])('a path is shown: %s', ([path, shown]) => expect(shownPath(path)).toBe(shown))

test('a long path is shortened in its middle', () => {
  const path = `/start/${'x'.repeat(1000)}/end.json`
  expect(shownPath(path)).toMatch(/^\/start\/x+…x+\/end\.json$/)
  expect(shownPath(path).length).toBeLessThan(120)
})

test('what does not look like a path is not shown', () => {
  for (const text of [
    'AIzaSyD-1234567890',
    'correct horse battery staple',
    'eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl-c2ln',
  ]) {
    expect(shownPath(text)).toBe(`${text.slice(0, 4)}…`)
  }
  expect(shownPath('{"private_key": "secret"}')).not.toContain('secret')
  expect(shownPath('-----BEGIN PRIVATE KEY-----\nsecret')).not.toContain('secret')
})
