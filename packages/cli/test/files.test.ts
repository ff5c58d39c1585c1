import { optionFileJsonSchema } from '@client-options/core/node'
import { expect, test } from 'vitest'

import { openWorkspace } from './run-program.ts'

const faulty =
  'quotaProject: my-project\nprofiles:\n  staging:\n    apiEndpoint: "a b"\n    apiKey: CANARY-KEY\n    credentialsFile: a.json\n'

test('validate names file, line, column and option of every problem, and shows no value', async () => {
  const { write, run, path } = await openWorkspace()
  await write('options.yaml', faulty)
  const { code, stdout, stderr } = await run(['validate', 'options.yaml'])
  expect([code, stderr]).toEqual([1, ''])
  const file = `${path}/options.yaml`
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(`${file}:1:1: quotaProject: `)
  expect(lines[0]).toMatch(/did you mean quotaProjectId\? \[unknown_option\]$/)
  expect(lines).toContainEqual(
    expect.stringMatching(`^${file}:4:5: profiles.staging.apiEndpoint: .* \\[invalid_value\\]$`),
  )
  expect(stdout).not.toContain('CANARY')
})

test('validate prints the same as JSON', async () => {
  const { write, run } = await openWorkspace()
  await write('options.yaml', faulty)
  const { code, stdout } = await run(['validate', '--json', 'options.yaml'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    valid: false,
    issues: expect.arrayContaining([
      expect.objectContaining({ code: 'unknown_option', line: 1, column: 1, property: 'quotaProject' }),
    ]),
  })
})

test('validate accepts what is valid', async () => {
  const { write, run } = await openWorkspace()
  await write('options.json', { quotaProjectId: 'my-project' })
  expect(await run(['validate', 'options.json'])).toEqual({ code: 0, stdout: 'The file is valid.\n', stderr: '' })
  const { code, stdout } = await run(['validate', 'options.json', '--json'])
  expect([code, JSON.parse(stdout)]).toEqual([0, { valid: true, issues: [] }])
})

test('validate says that a file is not there', async () => {
  const { run, path } = await openWorkspace()
  const { code, stdout } = await run(['validate', 'missing.yaml'])
  expect(code).toBe(1)
  expect(stdout).toMatch(`${path}/missing.yaml: `)
  expect(stdout).toMatch(/\[unreadable_file\]\n$/)
})

test('schema prints the schema of option files', async () => {
  const { run } = await openWorkspace()
  const { code, stdout } = await run(['schema'])
  expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(JSON.stringify(optionFileJsonSchema))])
})
