import { clientOptionsJsonSchema, resolveSettings } from '@client-options/core'
import { writeServiceAccount } from '@client-options/loopback'
import { expect, test } from 'vitest'

import { settingOf } from '../src/commands/explain.ts'
import { openWorkspace } from './run-program.ts'

const file = {
  quotaProjectId: 'my-project',
  services: { vision: { apiEndpoint: 'vision.example.com' } },
  profiles: { staging: { quotaProjectId: 'staging-project' } },
}

async function explained(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { write, run, path } = await openWorkspace()
  await write('options.json', file)
  const { key } = await writeServiceAccount(path)
  await write('account.json', key)
  const ended = await run(['explain', ...args], { ...env })
  return { ...ended, path }
}

test('value and origin of each setting, and what it overrode', async () => {
  const { code, stdout, stderr } = await explained(
    ['vision', '--file', 'options.json', '--profile', 'staging', '--prefix', 'MY_APP_'],
    {
      MY_APP_API_KEY: 'CANARY-KEY-1',
      GOOGLE_CLOUD_QUOTA_PROJECT: 'project-of-machine',
      GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/account.json',
    },
  )
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^Settings for vision\.\{universeDomain\}\n\n/)
  const lines = stdout.split('\n').map(line =>
    line
      .trim()
      .replaceAll(/ {2,}/g, '  ')
      .replaceAll(/\/\S*options\.json/g, 'options.json'),
  )
  expect(lines).toEqual(
    expect.arrayContaining([
      'endpoint  https://vision.example.com/  file:options.json:5',
      'apiKey  [hidden]  environment:MY_APP_API_KEY',
      'instead of credentialsFile /nowhere/account.json (environment:GOOGLE_APPLICATION_CREDENTIALS)',
      'quotaProjectId  staging-project  file:options.json:10',
      'instead of my-project (file:options.json:2)',
      'instead of project-of-machine (environment:GOOGLE_CLOUD_QUOTA_PROJECT)',
      'universeDomain  googleapis.com  default',
      'audience  https://vision.example.com/  default',
    ]),
  )
})

test('the same as JSON, for a host', async () => {
  const { code, stdout, path } = await explained(['--json', 'speech.{universeDomain}', '--file=options.json'], {
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'cloud.example',
  })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    service: 'speech.{universeDomain}',
    settings: [
      { setting: 'endpoint', value: 'https://speech.cloud.example/', origin: 'service', overrode: [] },
      {
        setting: 'universeDomain',
        value: 'cloud.example',
        origin: 'environment:GOOGLE_CLOUD_UNIVERSE_DOMAIN',
        overrode: [],
      },
      { setting: 'quotaProjectId', value: 'my-project', origin: `file:${path}/options.json:2`, overrode: [] },
      { setting: 'audience', value: 'https://speech.cloud.example/', origin: 'default', overrode: [] },
    ],
    notices: [],
  })
})

test('the file that the environment names, and the notices', async () => {
  const { code, stdout } = await explained(['pubsub', '--prefix', 'MY_APP_'], {
    GOOGLE_CLIENT_OPTIONS_FILE: 'options.json',
    PUBSUB_EMULATOR_HOST: 'localhost:8085',
    MY_APP_CREDENTIALS_FILE: 'account.json',
  })
  expect(code).toBe(0)
  expect(stdout).toMatch(/endpoint +http:\/\/localhost:8085\/ +environment:PUBSUB_EMULATOR_HOST\n/)
  expect(stdout).toMatch(/quotaProjectId +my-project +file:/)
  expect(stdout).toMatch(/\n\nnotice emulator: .*credentialsFile/)
})

test.each([
  [['vision', '--file', 'missing.yaml'], 1, 'missing.yaml'],
  [['vision', '--file', 'options.json', '--profile', 'stagin'], 1, 'did you mean staging?'],
  [['vision', '--profile', 'staging'], 1, 'GOOGLE_CLIENT_OPTIONS_FILE'],
  [['vision', '--prefix', 'my_app'], 1, 'MY_APP_GOOGLE_'],
  [['https://vision.googleapis.com'], 2, 'Invalid SERVICE'],
  [['AIzaCANARY'], 2, 'Invalid SERVICE'],
] as const)('%j is an error that says what to do', async (args, code, text) => {
  const ended = await explained(args)
  expect([ended.code, ended.stdout]).toEqual([code, ''])
  expect(ended.stderr).toContain(text)
  expect(ended.stderr).not.toContain('CANARY')
})

test('every option decides a setting that has an origin', () => {
  const { origins } = resolveSettings({}, { host: 'vision.{universeDomain}' }, { env: {} })
  const options = Object.keys(clientOptionsJsonSchema.properties ?? {}).filter(name => !name.includes('_'))
  expect(options).toContain('apiKey')
  for (const option of options) expect(Object.keys(origins)).toContain(settingOf(option))
})
