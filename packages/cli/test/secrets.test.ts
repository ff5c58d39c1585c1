import { randomUUID } from 'node:crypto'

import { authorizedUser, encryptKey, shownSecrets, startProxy, startTokenServer } from '@client-options/loopback'
import { describe, expect, onTestFinished, test } from 'vitest'

import { openDoctorWorkspace } from './doctor-workspace.ts'
import { openWorkspace } from './run-program.ts'

const apiKey = `api-key-${randomUUID()}`
const passphrase = `passphrase-${randomUUID()}`
const password = `password-${randomUUID()}`

/** A machine that is full of secrets, in files and variables, of which some are at fault. */
async function openSecrets() {
  const workspace = await openDoctorWorkspace()
  const { authority, options, write } = workspace
  const tokens = await startTokenServer({ authority })
  const proxy = await startProxy({ user: { name: 'me', password } })
  onTestFinished(async () => void (await Promise.all([tokens.close(), proxy.close()])))
  const { cert, key } = await authority.issue({ commonName: 'alice' })
  const user = authorizedUser(tokens)
  await write('client.pem', cert)
  await write('client-key.pem', encryptKey(key, passphrase))
  await write('user.json', user)
  await write('not-json.json', `{ "refresh_token": "${user.refresh_token}", `)
  await write('pasted.json', { apiKey: [apiKey], credentialsFile: user.refresh_token, [apiKey]: passphrase })
  await write('not-yaml.yaml', `apiKey: ${apiKey}\n  - : ${passphrase}: [`)
  const certificate = {
    ...options,
    clientCertificateKeyPassphraseVariable: 'KEY_PASSPHRASE',
    universeDomain: 'localhost',
  }
  await write('user-options.json', { ...certificate, credentialsFile: 'user.json' })
  await write('key-options.json', { ...certificate, credentialsFile: null, apiKey })
  await write('content-options.json', { ...certificate, credentialsFile: null, credentials: user })
  await write('pasted-path.json', { credentialsFile: user.refresh_token })
  await write('not-json-options.json', { ...certificate, credentialsFile: 'not-json.json' })
  const secrets = new Map([
    ['API key', apiKey],
    ['passphrase', passphrase],
    ['password of the proxy', password],
    ['private key', key],
    ['refresh token', user.refresh_token],
    ['client secret', user.client_secret],
    ['access token', 'refresh-token-0'],
  ])
  const env = {
    KEY_PASSPHRASE: passphrase,
    HTTPS_PROXY: proxy.urlWithUser,
    NODE_EXTRA_CA_CERTS: `${workspace.path}/authority.pem`,
  }
  return { ...workspace, secrets, env, proxy, tokens }
}

const loading = [
  'content-options.json',
  'pasted-path.json',
  'user-options.json',
  'key-options.json',
  'not-json-options.json',
  'pasted.json',
  'not-yaml.yaml',
]
const shared: readonly (readonly string[])[] = [
  ['--help'],
  ['schema'],
  ['completion', 'bash'],
  ...loading.flatMap(file => [
    ['validate', file],
    ['validate', file, '--json'],
    ['explain', 'vision', '--file', file],
    ['explain', 'vision', '--file', file, '--json'],
    ['doctor', 'vision', '--file', file],
    ['doctor', 'vision', '--file', file, '--json'],
  ]),
]

describe('no secret is shown', { timeout: 180_000 }, () => {
  test('by any command, whether what it is about is at fault or not', async () => {
    const { run, secrets, env, proxy, tokens } = await openSecrets()
    const codes = new Set<number | null>()
    for (const args of shared) {
      const { code, stdout, stderr } = await run(args, env)
      codes.add(code)
      expect(shownSecrets(secrets, stdout + stderr), args.join(' ')).toEqual([])
      expect(stderr, args.join(' ')).not.toMatch(/^ {4}at /m)
    }
    // All of them were used.
    expect(codes).toEqual(new Set([0, 1]))
    expect(proxy.authorizations).toContain(`Basic ${Buffer.from(`me:${password}`).toString('base64')}`)
    expect(tokens.tokenRequests.length).toBeGreaterThan(0)
  })

  test('in what it overrode', async () => {
    const { run, secrets, env } = await openSecrets()
    for (const args of [
      ['explain', '--prefix', 'MY_APP_'],
      ['explain', '--json', '--prefix', 'MY_APP_'],
    ]) {
      const { code, stdout, stderr } = await run(args, {
        ...env,
        MY_APP_API_KEY: apiKey,
        GOOGLE_APPLICATION_CREDENTIALS: passphrase,
      })
      expect(code).toBe(0)
      expect(stdout).toContain('GOOGLE_APPLICATION_CREDENTIALS')
      expect(shownSecrets(secrets, stdout + stderr), args.join(' ')).toEqual([])
    }
  })

  test('when it is typed where it does not belong', async () => {
    const { run, secrets, env } = await openSecrets()
    for (const args of [
      [apiKey],
      ['explain', apiKey],
      ['explain', `https://user:${password}@vision.googleapis.com`],
      ['explain', `--api-key=${apiKey}`],
      ['explain', '--file', apiKey],
      ['explain', '--file', 'user-options.json', '--profile', apiKey],
      ['explain', '--prefix', apiKey],
      ['doctor', `--timeout=${apiKey}`],
      ['validate', `{ "apiKey": "${apiKey}" }`],
      ['completion', apiKey],
    ]) {
      const { code, stdout, stderr } = await run(args, env)
      expect([1, 2]).toContain(code)
      expect(shownSecrets(secrets, stdout + stderr), args.join(' ').slice(0, 20)).toEqual([])
    }
  })

  const foreign = `Object.assign(new TypeError('CANARY'), { code: 'CANARY', stack: 'CANARY' })`
  // When the program has begun: doctor waits for the network by then.
  const afterStart = (code: string) =>
    `process.on('newListener', name => { if (name === 'unhandledRejection') setImmediate(() => { ${code} }) })`
  test.each([
    [
      'thrown in a command',
      `const { stringify } = JSON
      JSON.stringify = (...args) => {
        if (args[0]?.$schema) throw ${foreign}
        return stringify(...args)
      }`,
    ],
    ['thrown anywhere', afterStart(`throw ${foreign}`)],
    ['rejected anywhere', afterStart(`Promise.reject(${foreign})`)],
    ['warned of', afterStart(`process.emitWarning('CANARY')`)],
  ])('when it stands in an error that is %s', async (_name, code) => {
    const { run, write } = await openWorkspace()
    const module = await write('fault.mjs', code)
    const ended = await run([code.includes('$schema') ? 'schema' : 'doctor'], { NODE_OPTIONS: `--import=${module}` })
    expect(ended.stdout + ended.stderr).not.toContain('CANARY')
    if (code.includes('emitWarning')) return
    expect(ended.code).toBe(3)
    expect(ended.stderr).toMatch(/^client-options has failed \(TypeError\)\. .*\nPlease report this.*\/issues\n$/)
  })
})
