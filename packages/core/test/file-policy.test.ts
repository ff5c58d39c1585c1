import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { temporaryFolder, writeServiceAccount } from '@client-options/loopback'
import { afterAll, expect, test } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { ClientOptions, ClientPolicyError, type ClientOptionsInput } from '../src/index.ts'
import { describeClient, explainOptions, loadClientOptions, optionsFromFile } from '../src/node.ts'

const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const service = { host: 'vision.{universeDomain}' }

async function fileOf(text: string): Promise<string> {
  const path = join(folder.path, 'options.yaml')
  await writeFile(path, text)
  return path
}

function refusalOf(options: ClientOptionsInput): ClientPolicyError {
  try {
    createFetch(options, service)
  } catch (error) {
    if (error instanceof ClientPolicyError) return error
  }
  return expect.unreachable('It was not refused by a policy')
}

test('the policy of a file holds for what is loaded from it, whatever is made of that, and for nothing else', async () => {
  const path = await fileOf('quotaProjectId: quota\npolicy:\n  hosts: ["*.googleapis.com"]\n  apiKey: false\n')
  const options = optionsFromFile(path)
  const allowed = options.with({ scopes: ['https://scope.example'] })
  expect(describeClient(createFetch(allowed, service)).origins.quotaProjectId).toBe(`file:${path}:1`)
  const { code, issues } = refusalOf(options.with({ apiKey: 'K', apiEndpoint: 'evil.example' }))
  expect(code).toBe('policy_violation')
  expect(issues).toMatchObject([
    { path: ['hosts'], origin: `file:${path}:2`, message: expect.stringContaining('change apiEndpoint') },
    { path: ['apiKey'], origin: `file:${path}:2` },
  ])
  createFetch(ClientOptions.from({ apiKey: 'K', apiEndpoint: 'evil.example' }), service)
})

test('layers add up their policies, and an endpoint of a file is changed there', async () => {
  const path = await fileOf('apiEndpoint: http://localhost:1\npolicy: { plaintext: false }\n')
  const account = await writeServiceAccount(folder.path)
  const options = loadClientOptions({ layers: [optionsFromFile(path), { credentialsFile: account.path }] })
  expect(refusalOf(options).message).toBe(
    `Refused by policy: plaintext: Cannot connect over http://; change apiEndpoint in ${path}:1 (policy of file:${path}:2)`,
  )
})

test('no way of making options of others loses a policy, nor where they came from', async () => {
  const path = await fileOf('apiKey: K\npolicy: { apiKey: false }\n')
  const loaded = optionsFromFile(path)
  const made = {
    'new ClientOptions()': new ClientOptions(loaded),
    'from()': ClientOptions.from(loaded),
    'with()': loaded.with({ quotaProjectId: 'p' }),
    'changes of with()': new ClientOptions({ scopes: ['a'] }).with(loaded),
    both: new ClientOptions(new ClientOptions({}).with(loaded)),
    layers: loadClientOptions({ layers: [{ quotaProjectId: 'p' }, loaded] }),
  }
  for (const [how, options] of Object.entries(made)) {
    expect(refusalOf(options).issues, how).toMatchObject([{ path: ['apiKey'], origin: `file:${path}:2` }])
    expect(explainOptions(options), how).toContainEqual(
      expect.objectContaining({ option: 'apiKey', origin: `file:${path}:1` }),
    )
  }
})

test('options with another policy are not equal', async () => {
  const plain = new ClientOptions({ apiKey: 'K' })
  const path = await fileOf('apiKey: K\npolicy: { apiKey: false }\n')
  expect(plain.equals(optionsFromFile(path))).toBe(false)
  expect(optionsFromFile(path).equals(plain)).toBe(false)
  expect(optionsFromFile(path).equals(optionsFromFile(path))).toBe(true)
})
