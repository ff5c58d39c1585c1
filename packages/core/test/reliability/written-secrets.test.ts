import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { findSecret } from '@client-options/loopback'
import { describe, expect, test, vi } from 'vitest'

import { account, apiKey, certPath, expectNoSecrets, keyPath, passphrase, password, write } from './canaries.ts'
import { CARELESS, outcomes, type Plan } from './outcomes.ts'

vi.setConfig({ testTimeout: 60_000 })

const crashProgram = fileURLToPath(new URL('crash-program.ts', import.meta.url))
const snapshotConfig = fileURLToPath(new URL('snapshot.config.ts', import.meta.url))
const planted = `planted-${randomUUID()}`
const plan: Plan = {
  apiKey,
  passphrase,
  password,
  certPath,
  keyPath,
  accountPath: account.path,
  brokenAccountPath: write('broken.json', JSON.stringify({ ...account.key, type: account.key.private_key })),
  planted,
}
const planPath = write('plan.json', JSON.stringify(plan))
const folder = dirname(planPath)
const names = Object.keys(outcomes(plan))

describe.concurrent('a process that dies of', () => {
  test.each(names)('%s: no secret in its output, nor in the report on it', async name => {
    const reportName = `report-${names.indexOf(name)}.json`
    const flags = [
      '--report-uncaught-exception',
      '--report-exclude-network',
      `--report-dir=${folder}`,
      `--report-filename=${reportName}`,
    ]
    const { code, printed } = await run([...flags, crashProgram, planPath, name])
    expect(code).toBe(1)
    expect(printed).toContain('Node.js v')
    const report = readFileSync(join(folder, reportName), 'utf8')
    expect(JSON.parse(report)).toMatchObject({ header: { event: 'Exception' } })
    for (const written of [printed, report]) {
      expectNoSecrets(written)
      expect(findSecret(planted, written).length > 0).toBe(name === CARELESS)
    }
  })
})

test.concurrent('a run of tests: no secret in its snapshots, nor in what it says of differences', async () => {
  const snapshotPath = join(folder, 'written.snap')
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const environment = { SNAPSHOT_PLAN: planPath, SNAPSHOT_FILE: snapshotPath }
  const { code, printed } = await run([vitest, 'run', '--config', snapshotConfig], environment)
  expect(code).toBe(1)
  const snapshots = readFileSync(snapshotPath, 'utf8')
  expect(snapshots.match(/^exports/gm)).toHaveLength(names.length)
  expect(printed).toContain(`${names.length} failed | ${names.length} passed`)
  for (const written of [snapshots, printed]) {
    expectNoSecrets(written)
    expect(findSecret(planted, written)).not.toEqual([])
  }
})

/** Starts a program of Node's as a user would, without what the runner of this suite has set. */
async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_|TEST$|DEV$|PROD$|MODE$)/.test(name))
  const env = { ...Object.fromEntries(own), NO_COLOR: '1', ...environment }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, printed: stdout + stderr }
}
