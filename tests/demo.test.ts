import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { createAuthority } from '@client-options/loopback'
import { expect, test } from 'vitest'

const demo = fileURLToPath(new URL('../examples/demo/dist/main.js', import.meta.url))

/** What the secrets of the demo look like; it makes them anew each time. */
const secretForms: Readonly<Record<string, RegExp>> = {
  'API key': /AIza(?!\*{4})/,
  passphrase: /only for the demo/,
  'private key': /PRIVATE KEY|[\w+/]{60}/,
  'signed token': /eyJhbGciOi/,
}

test('the demo shows every way, and each request arrives as the options say', { timeout: 30_000 }, async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo])
  expect(stderr).toBe('')
  for (const way of ['direct', 'NestJS', 'Inversify']) {
    for (const transport of ['gRPC', 'REST']) {
      for (const form of ['mapping', 'ClientOptions']) {
        expect(stdout).toMatch(new RegExp(`^${way} +${transport} +${form} .* yes$`, 'm'))
      }
    }
  }
  expect(stdout).toContain('All 12 requests arrived exactly as the options say.')
  expect(stdout).toContain('apiKey and credentialsFile are mutually exclusive')
  expect(secretsShownBy(stdout)).toEqual([])
})

test('a secret that the demo showed would be found', async () => {
  const { key } = await (await createAuthority()).issue({ commonName: 'alice' })
  const [, ...lines] = key.split('\n')
  expect(secretsShownBy(`AIza${crypto.randomUUID()} only for the demo eyJhbGciOiJSUzI1NiJ9 ${key}`)).toHaveLength(4)
  expect(secretsShownBy(lines.join('\n').replace(/-----.*/, ''))).toEqual(['private key'])
})

function secretsShownBy(text: string): readonly string[] {
  return Object.keys(secretForms).filter(name => secretForms[name]?.test(text))
}
