import { describe, expect, test } from 'vitest'

import { ClientOptions } from '../options/client-options.ts'
import type { Environment } from '../options/environment.ts'
import { decideClientCertificate } from './client-certificate.ts'
import { ClientSettingsError } from './errors.ts'

const USE = 'GOOGLE_API_USE_CLIENT_CERTIFICATE'
const GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE'

const given = () => expect.unreachable('a source is not called before a client connects')
const discovered = () => expect.unreachable('a source is not called before a client connects')

const plain = ClientOptions.from({ clientCertSource: given })
const encrypted = ClientOptions.from({ clientEncryptedCertSource: given })
const none = new ClientOptions()

describe('a source in the options', () => {
  test.for<Environment>([{}, { [USE]: 'true' }, { [USE]: '' }, { [GCLOUD]: 'true' }, { [GCLOUD]: 'false' }])(
    'is used with %j, even where another one was discovered',
    environment => {
      for (const source of [undefined, discovered]) {
        expect(decideClientCertificate(plain, environment, source)).toStrictEqual({
          notice: undefined,
          certificate: { value: { encrypted: false, source: given }, origin: 'option' },
        })
        expect(decideClientCertificate(encrypted, environment, source)).toStrictEqual({
          notice: undefined,
          certificate: { value: { encrypted: true, source: given }, origin: 'option' },
        })
      }
    },
  )

  test.for<Environment>([{ [USE]: 'false' }, { [USE]: ' FALSE ' }, { [USE]: 'false', [GCLOUD]: 'true' }])(
    'is switched off by %j, with a notice, and no other takes its place',
    environment => {
      for (const [options, option] of [
        [plain, 'clientCertSource'],
        [encrypted, 'clientEncryptedCertSource'],
      ] as const) {
        expect(decideClientCertificate(options, environment, discovered)).toStrictEqual({
          certificate: undefined,
          notice: { code: 'client_certificate_disabled', option, message: expect.stringContaining(`${USE}=false`) },
        })
      }
    },
  )
})

describe('a discovered source', () => {
  test.for<Environment>([
    {},
    { [USE]: 'true' },
    { [USE]: 'True', [GCLOUD]: 'false' },
    { [GCLOUD]: 'true' },
    { [GCLOUD]: 'TRUE', [USE]: ' ' },
    { [USE]: '', [GCLOUD]: '' },
  ])('is used with %j', environment => {
    expect(decideClientCertificate(none, environment, discovered)).toStrictEqual({
      notice: undefined,
      certificate: { value: { encrypted: false, source: discovered }, origin: 'default' },
    })
  })

  test.for<Environment>([{ [USE]: 'false' }, { [GCLOUD]: 'false' }, { [USE]: 'false', [GCLOUD]: 'true' }])(
    'is not used with %j, which is what was asked for',
    environment => {
      expect(decideClientCertificate(none, environment, discovered)).toStrictEqual({
        certificate: undefined,
        notice: undefined,
      })
    },
  )
})

describe('no source', () => {
  test.for<Environment>([{}, { [USE]: 'false' }, { [GCLOUD]: 'false' }, { [USE]: 'false', [GCLOUD]: 'true' }])(
    'is no notice with %j',
    environment => {
      expect(decideClientCertificate(none, environment, undefined)).toStrictEqual({
        certificate: undefined,
        notice: undefined,
      })
    },
  )

  test.for<[Environment, variable: string]>([
    [{ [USE]: 'true' }, USE],
    [{ [USE]: 'true', [GCLOUD]: 'false' }, USE],
    [{ [GCLOUD]: 'true' }, GCLOUD],
  ])('is a notice with %j, that names the variable', ([environment, variable]) => {
    expect(decideClientCertificate(none, environment, undefined)).toStrictEqual({
      certificate: undefined,
      notice: {
        code: 'no_client_certificate',
        option: 'clientCertSource',
        message: expect.stringContaining(`${variable}=true`),
      },
    })
  })
})

describe('a value that is not known', () => {
  test.for<[Environment, variable: string]>([
    [{ [USE]: '1' }, USE],
    [{ [USE]: 'yes' }, USE],
    [{ [USE]: 'auto' }, USE],
    [{ [GCLOUD]: '1' }, GCLOUD],
    [{ [USE]: ' ', [GCLOUD]: 'on' }, GCLOUD],
  ])('is an error in %j, with a source or without', ([environment, variable]) => {
    for (const options of [plain, encrypted, none]) {
      const decide = () => decideClientCertificate(options, environment, discovered)
      expect(decide).toThrow(expect.objectContaining({ constructor: ClientSettingsError, code: 'invalid_environment' }))
      expect(decide).toThrow(`${variable} must be true or false`)
    }
  })
})
