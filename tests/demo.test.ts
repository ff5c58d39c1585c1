import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

const demo = fileURLToPath(new URL('../examples/demo/dist/main.js', import.meta.url))

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
  expect(stdout).toContain('apiKey and credentialsFile exclude each other')
  expect(stdout).not.toMatch(/AIza(?!\*{4})/)
})
