import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  createAuthority,
  defaultWorkloadConfigPath,
  temporaryFolder,
  writeSecureConnect,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { ClientSettingsError } from '../settings/errors.ts'
import { discoverCertificate } from './discover-certificate.ts'
import { ClientCertificateError } from './errors.ts'

const USE = 'GOOGLE_API_USE_CLIENT_CERTIFICATE'
const USE_GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE'
const CONFIG = 'GOOGLE_API_CERTIFICATE_CONFIG'
const CONFIG_GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_CERTIFICATE_CONFIG_FILE_PATH'

const folder = await temporaryFolder()
const pair = await (await createAuthority()).issue({ commonName: 'any' })
let home: string

afterAll(() => folder[Symbol.asyncDispose]())

beforeEach(() => {
  home = join(folder.path, crypto.randomUUID())
})

/** The ways in which an environment asks for a certificate, forbids one, and leaves it open. */
const asked = [
  { [USE]: 'true' },
  { [USE]: ' TRUE ' },
  { [USE_GCLOUD]: 'true' },
  { [USE]: 'true', [USE_GCLOUD]: 'false' },
]
const forbidden = [{ [USE]: 'false' }, { [USE_GCLOUD]: 'False' }, { [USE]: 'false', [USE_GCLOUD]: 'true' }]
const open = [{}, { [USE]: '', [USE_GCLOUD]: ' ' }]

describe('a machine with everything', () => {
  let named: string
  let namedForGcloud: string
  let atDefaultPlace: string

  beforeEach(async () => {
    named = await workload(join(home, 'named.json'))
    namedForGcloud = await workload(join(home, 'gcloud.json'))
    atDefaultPlace = await workload(defaultWorkloadConfigPath(home))
    await writeSecureConnect(home, ['helper'])
  })

  test.for([...asked, ...open])('gives the workload certificate that is named first, with %j', environment => {
    expect(originWith({ ...environment, [CONFIG]: named, [CONFIG_GCLOUD]: namedForGcloud })).toBe(`file:${named}`)
    expect(originWith({ ...environment, [CONFIG]: '', [CONFIG_GCLOUD]: namedForGcloud })).toBe(`file:${namedForGcloud}`)
    expect(originWith(environment)).toBe(`file:${atDefaultPlace}`)
  })

  test.for(forbidden)('gives none with %j', environment => {
    expect(discover({ ...environment, [CONFIG]: named })).toEqual({})
  })

  test('gives none where there is no home', () => {
    for (const environment of asked) expect(discover({ ...environment, HOME: '' })).toEqual({})
    expect(discover({ HOME: '' })).toEqual({})
  })
})

describe('SecureConnect alone', () => {
  beforeEach(() => writeSecureConnect(home, ['helper']))

  test.for(asked)('is used with %j', environment => {
    expect(originWith(environment)).toBe(secureConnect())
  })

  test.for([...open, ...forbidden])('is not used with %j', environment => {
    expect(discover(environment)).toEqual({})
  })

  test.for([CONFIG, CONFIG_GCLOUD])('takes the place of a config of another kind that %s names', async variable => {
    const path = join(home, 'keychain.json')
    await writeFile(path, '{"cert_configs":{"macos_keychain":{}}}')
    for (const environment of asked) {
      const discovery = discover({ ...environment, [variable]: path })
      expect(discovery.certificate?.origin).toBe(secureConnect())
      expect(discovery.notice).toBeUndefined()
    }
    expect(discover({ [variable]: path })).toEqual({
      notice: {
        code: 'certificate_config_unusable',
        option: 'clientCertSource',
        message: expect.stringMatching(`${path}, which ${variable} names, has no cert_configs.workload`),
      },
    })
  })

  test('does not take the place of a workload config that is faulty', async () => {
    await writeFile(await workload(defaultWorkloadConfigPath(home)), '{')
    for (const environment of asked) expect(errorWith(environment).code).toBe('invalid_certificate_config')
  })

  function secureConnect(): string {
    return `file:${join(home, '.secureConnect', 'context_aware_metadata.json')}`
  }
})

describe('a faulty workload config', () => {
  test.for([...asked, ...open])('that is named is an error with %j', async environment => {
    const path = await workload(join(home, 'named.json'))
    await writeFile(path, '{}')
    expect(errorWith({ ...environment, [CONFIG]: path }).code).toBe('invalid_certificate_config')
    await rm(path)
    const error = errorWith({ ...environment, [CONFIG]: path })
    expect(error).toMatchObject({ code: 'unreadable_file', message: expect.stringContaining(path) })
  })

  test('at the default place is an error only when one is asked for, and else a notice', async () => {
    const path = await workload(defaultWorkloadConfigPath(home))
    await writeFile(path, '{}')
    for (const environment of asked) expect(errorWith(environment).code).toBe('invalid_certificate_config')
    for (const environment of open) {
      const { certificate, notice } = discover(environment)
      expect(certificate).toBeUndefined()
      expect(notice).toMatchObject({ code: 'certificate_config_unusable', option: 'clientCertSource' })
      expect(notice?.message).toMatch(`${path} must have an object cert_configs`)
      expect(Object.isFrozen(notice)).toBe(true)
    }
  })

  test.for([...forbidden])('is not even read with %j', async environment => {
    await writeFile(await workload(defaultWorkloadConfigPath(home)), '{')
    await writeFile(await writeSecureConnect(home, []), '{')
    expect(discover({ ...environment, [CONFIG]: join(home, 'missing.json') })).toEqual({})
    expect(discover(environment)).toEqual({})
  })
})

describe('a workload config whose files are missing', () => {
  test('is a notice at the default place, while nothing asks for it', async () => {
    const config = await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    await rm(config.keyPath)
    for (const environment of open) {
      const { certificate, notice } = discover(environment)
      expect(certificate).toBeUndefined()
      expect(notice?.message).toMatch(`${config.keyPath}, which the config file ${config.path} names, is missing`)
    }
  })

  test('is used all the same when it is asked for, since they may come yet', async () => {
    const config = await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    await rm(config.certPath)
    for (const environment of [...asked, { [CONFIG]: config.path }, { [CONFIG_GCLOUD]: config.path }]) {
      expect(originWith(environment)).toBe(`file:${config.path}`)
    }
  })
})

describe('an http:// endpoint', () => {
  test('makes nothing be looked for, unless it is asked for', async () => {
    const path = await workload(defaultWorkloadConfigPath(home))
    for (const environment of [...open, { [CONFIG]: path }, { [CONFIG]: join(home, 'missing.json') }]) {
      expect(discoverCertificate({ HOME: home, ...environment }, { tls: false })).toEqual({})
    }
    for (const environment of asked) {
      const { certificate } = discoverCertificate({ HOME: home, ...environment }, { tls: false })
      expect(certificate?.origin).toBe(`file:${path}`)
    }
  })
})

test('an environment that cannot be understood is an error', () => {
  for (const environment of [{ [USE]: 'yes' }, { [USE_GCLOUD]: '1' }]) {
    expect(() => discover(environment)).toThrow(ClientSettingsError)
  }
})

async function workload(path: string): Promise<string> {
  return (await writeWorkloadConfig(path, pair)).path
}

function discover(environment: Record<string, string>) {
  return discoverCertificate({ HOME: home, ...environment }, { tls: true, directory: join(home, 'none') })
}

function originWith(environment: Record<string, string>): string | undefined {
  const { certificate, notice } = discover(environment)
  expect(notice).toBeUndefined()
  return certificate?.origin
}

function errorWith(environment: Record<string, string>): ClientCertificateError {
  try {
    discover(environment)
  } catch (error) {
    if (error instanceof ClientCertificateError) return error
    throw error
  }
  return expect.unreachable('it is accepted')
}
