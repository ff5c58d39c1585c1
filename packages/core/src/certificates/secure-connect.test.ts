import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import {
  commandThatPrints,
  commandThatRuns,
  createAuthority,
  encryptKey,
  findSecret,
  temporaryFolder,
  writeSecureConnect,
} from '@client-options/loopback'
import { afterAll, describe, expect, test } from 'vitest'

import { CertificatePair } from './certificate-pair.ts'
import { ClientCertificateError, type ClientCertificateErrorCode } from './errors.ts'
import { readSecureConnect } from './secure-connect.ts'

const TIMEOUT = 20_000
const passphrase = 'CANARY-passphrase-7d31'
const canary = 'CANARY-5be0'

const authority = await createAuthority()
const { cert, key } = await authority.issue({ commonName: 'secure-connect' })
const pkcs8 = encryptKey(key, passphrase)
const traditional = encryptKey(key, passphrase, 'traditional')
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())

describe('the metadata', () => {
  test('is absent where there is no home, or nothing in it', () => {
    expect(readSecureConnect({}, TIMEOUT)).toBeUndefined()
    expect(readSecureConnect({ HOME: join(folder.path, 'nobody') }, TIMEOUT)).toBeUndefined()
  })

  test('is the origin, and no file is read later', async () => {
    const home = newHome()
    const path = await writeSecureConnect(home, ['helper'])
    expect(path).toBe(join(home, '.secureConnect', 'context_aware_metadata.json'))
    expect(readSecureConnect({ HOME: home }, TIMEOUT)).toMatchObject({ origin: `file:${path}` })
  })

  test.for<[fault: string, content: string, problem: RegExp]>([
    ['empty', '', /is empty/],
    ['an array', `["${canary}"]`, /is not a JSON object/],
    ['without the command', `{"device_resource_ids":["${canary}"]}`, /must have a cert_provider_command/],
    ['with a command line for a shell', `{"cert_provider_command":"${canary} --print"}`, /array of strings/],
    ['with a number in the command', `{"cert_provider_command":["${canary}",1]}`, /array of strings/],
    ['with an empty command', '{"cert_provider_command":[]}', /empty cert_provider_command/],
    ['with an empty program', `{"cert_provider_command":["","${canary}"]}`, /empty cert_provider_command/],
  ])('may not be %s', async ([, content, problem]) => {
    const home = newHome()
    const path = await writeSecureConnect(home, [])
    await writeFile(path, content)
    const error = await errorOf(() => readSecureConnect({ HOME: home }, TIMEOUT))
    expect(error).toMatchObject({ code: 'invalid_certificate_config', message: expect.stringMatching(problem) })
    expect(error.message).toContain(path)
    expect(findSecret(canary, error)).toEqual([])
  })

  test('may not be a folder', async () => {
    const home = newHome()
    const path = await writeSecureConnect(join(home, '.secureConnect', 'context_aware_metadata.json'), [])
    const error = await errorOf(() => readSecureConnect({ HOME: home }, TIMEOUT))
    expect(error).toMatchObject({ code: 'unreadable_file' })
    expect(error.message).toContain(dirname(dirname(path)))
  })
})

describe('what the command writes', () => {
  const passphraseBlock = `-----BEGIN PASSPHRASE-----\n${passphrase}\n-----END PASSPHRASE-----\n`

  test.for<[what: string, output: string]>([
    ['a certificate and a key', cert + key],
    ['a key and a certificate', key + cert],
    ['the two among other lines', `Notice: renewed\n${cert}\nand\n${key}\ndone\n`],
    ['lines that end as on Windows', `${cert}${key}`.replaceAll('\n', '\r\n')],
    ['an encrypted PKCS#8 key and its passphrase', cert + pkcs8 + passphraseBlock],
    ['an encrypted traditional key and its passphrase', cert + traditional + passphraseBlock],
    [
      'a passphrase between blanks',
      `${cert}${pkcs8}-----BEGIN PASSPHRASE-----  ${passphrase}\r\n -----END PASSPHRASE-----`,
    ],
    ['a passphrase that is not needed', cert + key + passphraseBlock],
  ])('may be %s', async ([, output]) => {
    const pair = new CertificatePair(await materialOf(output))
    expect(pair.privateKey).toBe(key)
    expect(pair.certificate.replaceAll('\r\n', '\n')).toBe(cert)
  })

  test('may be a chain, even with the key in its midst', async () => {
    const material = await materialOf(cert + key + authority.certificate)
    expect(material).toEqual({ cert: cert + authority.certificate, key })
  })

  test.for<[what: string, output: string, code: ClientCertificateErrorCode, problem: RegExp]>([
    ['nothing', '', 'provider_command_failed', /not write a PEM certificate/],
    ['only a key', key, 'provider_command_failed', /not write a PEM certificate/],
    ['only a certificate', cert, 'provider_command_failed', /not write a PEM private key/],
    ['a key that is cut', cert + key.slice(0, -20), 'provider_command_failed', /not write a PEM private key/],
    ['an encrypted key alone', cert + pkcs8, 'provider_command_failed', /--with_passphrase/],
    ['an encrypted traditional key alone', cert + traditional, 'provider_command_failed', /--with_passphrase/],
    [
      'an empty passphrase',
      `${cert}${pkcs8}-----BEGIN PASSPHRASE-----\n-----END PASSPHRASE-----`,
      'provider_command_failed',
      /--with_passphrase/,
    ],
    [
      'a passphrase of another key',
      cert + encryptKey(key, 'another') + passphraseBlock,
      'wrong_passphrase',
      /does not decrypt/,
    ],
  ])('may not be %s', async ([, output, code, problem]) => {
    const error = await errorOf(() => materialOf(output))
    expect(error).toMatchObject({ code, message: expect.stringMatching(problem) })
    for (const secret of [key, pkcs8, traditional, passphrase]) expect(findSecret(secret, error)).toEqual([])
  })

  test('may not be endless', async () => {
    const error = await errorOf(() =>
      call(commandThatRuns('for (;;) require("node:fs").writeSync(1, "x".repeat(65536))')),
    )
    expect(error).toMatchObject({ code: 'provider_command_failed', message: expect.stringMatching(/more than 1 MiB/) })
  })

  function materialOf(output: string) {
    return call(commandThatPrints(output))
  }
})

describe('the command', () => {
  test('is run whenever the source is called, and not before', async () => {
    const runs = join(folder.path, crypto.randomUUID())
    const program = 'require("node:fs").appendFileSync(process.argv[1], "run,"); process.stdout.write(process.argv[2])'
    const home = newHome()
    await writeSecureConnect(home, commandThatRuns(program, runs, cert + key))
    const certificate = readSecureConnect({ HOME: home }, TIMEOUT)
    await setTimeout(100)
    await expect(readFile(runs)).rejects.toThrow(/ENOENT/)
    await certificate?.source()
    await certificate?.source()
    expect(await readFile(runs, 'utf8')).toBe('run,run,')
  })

  test('gets its arguments as they stand, and no shell sees them', async () => {
    const marker = join(folder.path, 'marker')
    const seen = join(folder.path, crypto.randomUUID())
    const args = [
      `; touch ${marker}`,
      `$(touch ${marker})`,
      `\`touch ${marker}\``,
      '$HOME',
      '* ?',
      '"\'\\',
      'a\nb',
      '',
      '&|<>',
    ]
    const program = `
      require("node:fs").writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(3)))
      process.stdout.write(process.argv[2])
    `
    await call(commandThatRuns(program, seen, cert + key, ...args))
    expect(JSON.parse(await readFile(seen, 'utf8'))).toEqual(args)
    await expect(readFile(marker)).rejects.toThrow(/ENOENT/)
  })

  test('may ask for input, and gets none', async () => {
    const program = 'process.stdin.on("end", () => process.stdout.write(process.argv[1])).resume()'
    expect(await call(commandThatRuns(program, cert + key))).toEqual({ cert, key })
  })

  test('is killed when it takes too long, even when it ignores SIGTERM', async () => {
    const pidFile = join(folder.path, crypto.randomUUID())
    const program = `
      process.on("SIGTERM", () => {})
      process.stdout.write(process.argv[2])
      require("node:fs").writeFileSync(process.argv[1], String(process.pid))
      setInterval(() => {}, 1000)
    `
    const error = await errorOf(() => call(commandThatRuns(program, pidFile, cert + key), 3000))
    expect(error).toMatchObject({ code: 'provider_command_timeout', message: expect.stringMatching(/3000 ms/) })
    expect(error.message).toContain('context_aware_metadata.json')
    expect(findSecret(key, error)).toEqual([])
    const pid = Number(await readFile(pidFile, 'utf8'))
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
  })

  test('may not be missing, or not be executable', async () => {
    for (const [program, code] of [
      [join(folder.path, 'missing'), 'ENOENT'],
      [folder.path, 'EACCES'],
    ] as const) {
      const error = await errorOf(() => call([program]))
      expect(error).toMatchObject({ code: 'provider_command_failed', cause: { code } })
      expect(error.message).toContain(program)
      expect(error.message).toContain('context_aware_metadata.json')
    }
  })

  test('that cannot be started does not have its arguments shown', async () => {
    const error = await errorOf(() => call([join(folder.path, 'missing'), '--passphrase', passphrase]))
    expect(error).toMatchObject({ code: 'provider_command_failed', cause: { code: 'ENOENT' } })
    expect(findSecret(passphrase, error)).toEqual([])
  })

  test('may not be the content of a file, which is not shown', async () => {
    expect(findSecret(key, await errorOf(() => call([key])))).toEqual([])
    expect(findSecret(key, await errorOf(() => call([`/bin/sh\0${key}`])))).toEqual([])
  })

  test('that fails is told with its exit code and the first line of its complaint', async () => {
    const error = await errorOf(() =>
      run('console.error("\\nthe device is not enrolled\\nsecond line"); process.exit(3)'),
    )
    expect(error.code).toBe('provider_command_failed')
    expect(error.message).toMatch(/exit code 3 and wrote "the device is not enrolled"; run it by hand/)
    expect(findSecret('second line', error)).toEqual([])
  })

  test('that is ended by a signal is told with the signal', async () => {
    const error = await errorOf(() => run('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'))
    expect(error).toMatchObject({ code: 'provider_command_failed', message: expect.stringMatching(/SIGTERM/) })
  })

  test.for<[where: string, program: string]>([
    ['in its output', 'process.stdout.write(process.argv[1])'],
    ['in its output, and complains', 'process.stdout.write(process.argv[1]); console.error(process.argv[2])'],
    ['in its complaint', 'process.stderr.write(process.argv[1])'],
    ['as one line of its complaint', 'process.stderr.write("key: " + process.argv[1].replaceAll("\\n", ""))'],
    ['as a bare line of its complaint', 'process.stderr.write(process.argv[1].split("\\n")[1])'],
  ])('that fails does not show a key that is %s', async ([, program]) => {
    const error = await errorOf(() => call(commandThatRuns(`${program}; process.exitCode = 1`, key, passphrase)))
    expect(error).toMatchObject({ code: 'provider_command_failed', message: expect.stringMatching(/exit code 1/) })
    for (const secret of [key, passphrase]) expect(findSecret(secret, error)).toEqual([])
  })

  function run(program: string) {
    return call(commandThatRuns(program))
  }
})

async function call(command: readonly string[], timeout = TIMEOUT) {
  const home = newHome()
  await writeSecureConnect(home, command)
  const given = await readSecureConnect({ HOME: home }, timeout)?.source()
  if (given === undefined || !('cert' in given)) throw new Error('The source returns no object')
  return given
}

function newHome(): string {
  return join(folder.path, crypto.randomUUID())
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function errorOf(action: () => unknown): Promise<ClientCertificateError> {
  try {
    await action()
  } catch (error) {
    if (error instanceof ClientCertificateError) return error
    throw error
  }
  return expect.unreachable('it is accepted')
}
