import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  type CertificateAuthority,
  commandThatPrints,
  commandThatRuns,
  createAuthority,
  defaultWorkloadConfigPath,
  encryptKey,
  findSecret,
  type IssuedCertificate,
  type LoopbackServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  trustAuthority,
  writeSecureConnect,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { ClientCertificateError, loadSettings } from '../src/node.ts'

const UC = 'GOOGLE_API_USE_CLIENT_CERTIFICATE'
const UC_GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE'
const CONFIG = 'GOOGLE_API_CERTIFICATE_CONFIG'
const CONFIG_GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_CERTIFICATE_CONFIG_FILE_PATH'
const passphrase = 'CANARY-passphrase-91ce'

let authority: CertificateAuthority
let folder: string
let home: string
let servers: { grpc: LoopbackServer; rest: LoopbackServer }
/** A certificate for each place, named for it, so that the server tells which one was shown. */
let certificates: Record<'config' | 'gcloud' | 'default' | 'secureConnect' | 'option', IssuedCertificate>

beforeAll(async () => {
  authority = await createAuthority()
  trustAuthority(authority)
  const issue = (commonName: string) => authority.issue({ commonName })
  certificates = {
    config: await issue('of the config'),
    gcloud: await issue('of the config for gcloud'),
    default: await issue('of the default place'),
    secureConnect: await issue('of SecureConnect'),
    option: await issue('of the option'),
  }
  const temporary = await temporaryFolder()
  folder = temporary.path
  // A certificate is asked for, not demanded, so that a call without one is seen as well.
  const options = { authority, requireClientCertificate: false }
  servers = { grpc: await startVisionGrpcServer(options), rest: await startVisionHttpsServer(options) }
  return async () => {
    await servers.grpc.close()
    await servers.rest.close()
    await temporary[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  home = join(folder, crypto.randomUUID())
  stubEnvironment({ [CONFIG]: '', [CONFIG_GCLOUD]: '' })
})

afterEach(() => void vi.unstubAllEnvs())

describe.each(['grpc', 'rest'] as const)('over %s', transport => {
  const fallback = transport === 'rest'

  function create(options: ClientOptionsInput = {}): ImageAnnotatorClient {
    const defaults = { apiEndpoint: servers[transport].address, apiKey: 'K' }
    const client = createClient(ImageAnnotatorClient, { ...defaults, ...options }, { fallback })
    onTestFinished(() => client.close())
    return client
  }

  /** The common name of the certificate that the server saw. */
  async function shownBy(client: ImageAnnotatorClient): Promise<string | undefined> {
    servers[transport].requests.length = 0
    await client.batchAnnotateImages(request(), { timeout: 20_000 })
    expect(servers[transport].requests).toHaveLength(1)
    return servers[transport].requests[0]?.clientCertificate
  }

  test('a machine that provides nothing shows nothing', async () => {
    expect(await shownBy(create())).toBeUndefined()
  })

  test('a workload config that a variable names', async () => {
    await writeEverything()
    stubEnvironment({ [CONFIG]: join(home, 'config.json'), [CONFIG_GCLOUD]: '~/gcloud.json' })
    expect(await shownBy(create())).toBe('of the config')
    stubEnvironment({ [CONFIG]: '' })
    expect(await shownBy(create())).toBe('of the config for gcloud')
  })

  test('the workload config at the default place', async () => {
    await writeEverything()
    for (const environment of [{}, { [UC]: 'true' }, { [UC]: '', [UC_GCLOUD]: 'true' }]) {
      stubEnvironment(environment)
      expect(await shownBy(create())).toBe('of the default place')
    }
  })

  test.for([UC, UC_GCLOUD])('SecureConnect, when %s asks for it', async variable => {
    const { cert, key } = certificates.secureConnect
    await writeSecureConnect(home, commandThatPrints(cert + key))
    expect(await shownBy(create())).toBeUndefined()
    stubEnvironment({ [variable]: 'true' })
    expect(await shownBy(create())).toBe('of SecureConnect')
  })

  test.for(['pkcs8', 'traditional'] as const)('SecureConnect with an encrypted %s key', async form => {
    const { cert, key } = certificates.secureConnect
    const block = `-----BEGIN PASSPHRASE-----\n${passphrase}\n-----END PASSPHRASE-----\n`
    await writeSecureConnect(home, commandThatPrints(cert + encryptKey(key, passphrase, form) + block))
    stubEnvironment({ [UC]: 'true' })
    expect(await shownBy(create())).toBe('of SecureConnect')
  })

  test('a source in the options stands before everything', async () => {
    await writeEverything()
    for (const environment of [{}, { [UC]: 'true' }, { [CONFIG]: join(home, 'config.json') }]) {
      stubEnvironment(environment)
      const client = create({ clientCertSource: () => certificates.option })
      expect(await shownBy(client)).toBe('of the option')
    }
  })

  test.for([UC, UC_GCLOUD])('nothing is shown, read or run when %s is false', async variable => {
    const ran = await writeEverything()
    for (const path of ['config.json', 'gcloud.json']) await writeFile(join(home, path), '{')
    await writeFile(defaultWorkloadConfigPath(home), '{')
    stubEnvironment({ [variable]: 'false', [CONFIG]: join(home, 'config.json') })
    expect(await shownBy(create())).toBeUndefined()
    await expect(readFile(ran)).rejects.toThrow(/ENOENT/)
  })

  test('the command is run at the first call, once for concurrent ones, and not at creation', async () => {
    const ran = join(home, 'ran')
    const { cert, key } = certificates.secureConnect
    await writeSecureConnect(home, commandThatCounts(ran, cert + key))
    stubEnvironment({ [UC]: 'true' })
    const client = create()
    await client.initialize()
    await expect(readFile(ran)).rejects.toThrow(/ENOENT/)
    servers[transport].requests.length = 0
    await Promise.all(Array.from({ length: 4 }, () => client.batchAnnotateImages(request(), { timeout: 20_000 })))
    expect(await readFile(ran, 'utf8')).toBe('run,')
    const shown = servers[transport].requests.map(({ clientCertificate }) => clientCertificate)
    expect(shown).toEqual(Array(4).fill('of SecureConnect'))
  })

  test('no argument of the command is interpreted', async () => {
    const [marker, seen] = [join(home, 'marker'), join(home, 'seen')]
    const { cert, key } = certificates.secureConnect
    const args = [`; touch ${marker}`, `$(touch ${marker})`, `| tee ${marker}`, '$HOME', 'two words']
    const program = `
      require('node:fs').writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(3)))
      process.stdout.write(process.argv[2])
    `
    await writeSecureConnect(home, commandThatRuns(program, seen, cert + key, ...args))
    stubEnvironment({ [UC]: 'true' })
    expect(await shownBy(create())).toBe('of SecureConnect')
    expect(JSON.parse(await readFile(seen, 'utf8'))).toEqual(args)
    await expect(readFile(marker)).rejects.toThrow(/ENOENT/)
  })

  test('a command that fails, fails the call at once with its own error, and is run again by the next', async () => {
    const failed = join(home, 'failed')
    const { cert, key } = certificates.secureConnect
    const program = `
      const { existsSync, writeFileSync } = require('node:fs')
      process.stdout.write(process.argv[2])
      if (!existsSync(process.argv[1])) {
        writeFileSync(process.argv[1], '')
        process.exitCode = 3
      }
    `
    const path = await writeSecureConnect(home, commandThatRuns(program, failed, cert + key))
    stubEnvironment({ [UC]: 'true' })
    const client = create()
    const error = await failure(client.batchAnnotateImages(request(), { timeout: 60_000 }))
    expect(error).toMatchObject({ code: 9, message: expect.stringContaining('exit code 3') })
    expect(error.message).toContain(path)
    expect(certificateErrorIn(error).code).toBe('provider_command_failed')
    expect(findSecret(key, error)).toEqual([])
    expect(await shownBy(client)).toBe('of SecureConnect')
  })

  test('a command that takes too long is killed, and fails the call', async () => {
    const pidFile = join(home, 'pid')
    const program = `
      require('node:fs').writeFileSync(process.argv[1], String(process.pid))
      setInterval(() => {}, 1000)
    `
    await writeSecureConnect(home, commandThatRuns(program, pidFile))
    stubEnvironment({ [UC]: 'true' })
    // Ten seconds by default; what was discovered is handed on, so that the test need not take them.
    const { clientCertificate } = loadSettings(
      {},
      { host: 'vision.{universeDomain}' },
      { certificateCommandTimeout: 3000 },
    )
    if (clientCertificate === undefined || clientCertificate.encrypted) throw new Error('No command was discovered')
    const client = create({ clientCertSource: clientCertificate.source })
    const error = await failure(client.batchAnnotateImages(request(), { timeout: 60_000 }))
    expect(error).toMatchObject({ code: 9, message: expect.stringContaining('took longer than 3000 ms') })
    expect(certificateErrorIn(error).code).toBe('provider_command_timeout')
    const pid = Number(await readFile(pidFile, 'utf8'))
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
  })

  test('files that hold nothing yet fail the call, and the next finds them', async () => {
    const config = await writeWorkloadConfig(join(home, 'config.json'), certificates.config)
    const key = await readFile(config.keyPath)
    await writeFile(config.keyPath, '')
    stubEnvironment({ [CONFIG]: config.path })
    const client = create()
    const error = await failure(client.batchAnnotateImages(request(), { timeout: 60_000 }))
    expect(error).toMatchObject({ code: 9, message: expect.stringContaining(config.keyPath) })
    expect(certificateErrorIn(error).code).toBe('invalid_key')
    await writeFile(config.keyPath, key)
    expect(await shownBy(client)).toBe('of the config')
  })

  test('a config that is named and cannot be used fails the creation', () => {
    stubEnvironment({ [CONFIG]: join(home, 'missing.json') })
    expect(() => create()).toThrow(
      expect.objectContaining({ constructor: ClientCertificateError, code: 'unreadable_file' }),
    )
  })

  test('a faulty config that nothing asks for is told as a warning, and breaks nothing', async () => {
    const { path } = await writeWorkloadConfig(defaultWorkloadConfigPath(home), certificates.default)
    await writeFile(path, '{')
    const warned = new Promise<Error>(resolve => process.once('warning', resolve))
    expect(await shownBy(create())).toBeUndefined()
    expect(await warned).toMatchObject({
      name: 'ClientOptionsWarning',
      code: 'certificate_config_unusable',
      message: expect.stringContaining(path),
    })
  })
})

/** A certificate in every place; gives the file that tells whether the command was run. */
async function writeEverything(): Promise<string> {
  const ran = join(home, 'ran')
  await writeWorkloadConfig(join(home, 'config.json'), certificates.config)
  await writeWorkloadConfig(join(home, 'gcloud.json'), certificates.gcloud)
  await writeWorkloadConfig(defaultWorkloadConfigPath(home), certificates.default)
  await writeSecureConnect(
    home,
    commandThatCounts(ran, certificates.secureConnect.cert + certificates.secureConnect.key),
  )
  return ran
}

function commandThatCounts(path: string, output: string): readonly string[] {
  const program = "require('node:fs').appendFileSync(process.argv[1], 'run,'); process.stdout.write(process.argv[2])"
  return commandThatRuns(program, path, output)
}

function stubEnvironment(environment: Record<string, string>): void {
  for (const [name, value] of Object.entries({ HOME: home, ...environment })) vi.stubEnv(name, value)
}

function request() {
  return { requests: [{ image: { content: Buffer.from('image') }, features: [{ type: 'LABEL_DETECTION' as const }] }] }
}

/** The innermost error of a certificate among the causes: what happened in the source itself. */
function certificateErrorIn(error: unknown): ClientCertificateError {
  let found: ClientCertificateError | undefined
  for (let link = error; link instanceof Error; link = link.cause) {
    if (link instanceof ClientCertificateError) found = link
  }
  return found ?? expect.unreachable('no cause is an error of a certificate')
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function failure(call: Promise<unknown>): Promise<Error> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('The call did not fail with an error')
}
