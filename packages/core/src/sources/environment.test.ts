import { describe, expect, test } from 'vitest'

import { fieldList } from '../options/fields.ts'
import type { OptionName } from '../options/types.ts'
import { optionsFromEnvironment } from './environment.ts'
import { OptionsSourceError } from './errors.ts'
import { explainOptions } from './explain.ts'
import { loadClientOptions } from './layers.ts'
import { hasTextForm } from './text-value.ts'

const prefix = 'MY_APP_GOOGLE_'
const CANARY = 'CANARY-7d1e55'

function issuesOf(env: Record<string, string>, of = prefix) {
  try {
    optionsFromEnvironment({ prefix: of, env })
  } catch (error) {
    if (error instanceof OptionsSourceError) return error.issues
    throw error
  }
  throw new Error('It was accepted')
}

/** A host name is a text that every other option accepts. */
const samples: Partial<Record<OptionName, { readonly text: string; readonly value: unknown }>> = {
  credentials: { text: '{"type":"authorized_user"}', value: '{"type":"authorized_user"}' },
  impersonate: {
    text: 'between@p.iam.gserviceaccount.com,target@p.iam.gserviceaccount.com',
    value: {
      targetPrincipal: 'target@p.iam.gserviceaccount.com',
      delegates: ['between@p.iam.gserviceaccount.com'],
      lifetimeSeconds: 3600,
    },
  },
  anonymous: { text: 'true', value: true },
}

describe('optionsFromEnvironment', () => {
  test('reads false as an option that is taken out of lower layers', () => {
    const env = { [`${prefix}ANONYMOUS`]: 'false' }
    const options = optionsFromEnvironment({ prefix, env })
    expect(options.toJSON()).toEqual({})
    expect(loadClientOptions({ layers: [{ anonymous: true }, options] }).anonymous).toBeUndefined()
    for (const text of ['perhaps', '1']) {
      expect(issuesOf({ [`${prefix}ANONYMOUS`]: text })).toMatchObject([
        { code: 'invalid_type', message: 'must be true or false, without quotes' },
      ])
    }
  })

  test.for(
    fieldList.filter(hasTextForm).map(field => [`${prefix}${field.snakeName.toUpperCase()}`, field.name] as const),
  )('reads %s as %s', ([variable, name]) => {
    const { text, value } = samples[name] ?? { text: 'example.com', value: 'example.com' }
    const options = optionsFromEnvironment({ prefix, env: { [variable]: text } })
    expect([options[name]].flat()).toEqual([value])
    expect(explainOptions(options)).toMatchObject([{ option: name, origin: `environment:${variable}`, replaced: [] }])
  })

  test.for(['a,b', 'a b', ' a , b\n', 'a,,b,'])('separates scopes by commas or whitespace: %j', text => {
    expect(optionsFromEnvironment({ prefix, env: { [`${prefix}SCOPES`]: text } }).scopes).toEqual(['a', 'b'])
  })

  test('takes an empty variable, and one without the prefix, for none', () => {
    const env = { [`${prefix}API_KEY`]: ' ', MY_APP_PORT: '80', OTHER: 'x' }
    expect(optionsFromEnvironment({ prefix, env }).toJSON()).toEqual({})
  })

  test('reads the environment of the process by default', () => {
    process.env['TEST_OF_SOURCES_QUOTA_PROJECT_ID'] = 'p'
    try {
      expect(optionsFromEnvironment({ prefix: 'TEST_OF_SOURCES_' }).quotaProjectId).toBe('p')
    } finally {
      delete process.env['TEST_OF_SOURCES_QUOTA_PROJECT_ID']
    }
  })

  test('names every variable with a problem at once, with the nearest name, and shows no value', () => {
    const issues = issuesOf({
      [`${prefix}API_KEE`]: CANARY,
      [`${prefix}PORT`]: CANARY,
      [`${prefix}QUOTA_PROJECT_ID`]: `${CANARY} ä`,
      [`${prefix}SCOPES`]: `one ${CANARY}" two`,
      [`${prefix}CLIENT_CERT_SOURCE`]: CANARY,
      [`${prefix}UNIVERSE_DOMAIN`]: `https://${CANARY}`,
    })
    expect(issues).toMatchObject([
      {
        code: 'unknown_variable',
        variable: `${prefix}API_KEE`,
        message: `is not a client option; did you mean ${prefix}API_KEY?`,
      },
      { code: 'unknown_variable', variable: `${prefix}PORT` },
      { code: 'unknown_variable', variable: `${prefix}CLIENT_CERT_SOURCE` },
      { code: 'invalid_value', variable: `${prefix}QUOTA_PROJECT_ID` },
      { code: 'invalid_value', variable: `${prefix}SCOPES` },
      { code: 'invalid_value', variable: `${prefix}UNIVERSE_DOMAIN` },
    ])
    const error = new OptionsSourceError(issues)
    expect(JSON.stringify([issues, error.message, error.stack])).not.toContain(CANARY)
    expect(error.message).toMatch(
      /^Cannot load client options:\n {2}MY_APP_GOOGLE_API_KEE: is not a client option; did you mean/,
    )
  })

  test('knows the options that exclude each other', () => {
    expect(issuesOf({ [`${prefix}API_KEY`]: 'K', [`${prefix}CREDENTIALS_FILE`]: 'c.json' })).toMatchObject([
      { code: 'mutually_exclusive', message: 'apiKey and credentialsFile are mutually exclusive; set only one' },
    ])
  })

  test.for([null, '', 'MY_APP', 'my_app_', '1_', 'A B_', '_'])('refuses the prefix %j', value => {
    expect(issuesOf({}, value as string)).toMatchObject([{ code: 'invalid_prefix', property: 'prefix' }])
  })

  test.for([
    'GOOGLE_',
    'GOOGLE_CLOUD_',
    'GOOGLE_API_',
    'GOOGLE_CLIENT_OPTIONS_',
    'GCLOUD_',
    'CLOUDSDK_',
    'GOOGLE_GENAI_',
  ])("refuses the prefix of Google's own variables: %s", value => {
    expect(issuesOf({}, value)).toMatchObject([{ code: 'invalid_prefix' }])
  })

  test('accepts a prefix that only begins as one of those', () => {
    expect(optionsFromEnvironment({ prefix: 'GOOGLE_BILLING_', env: { GOOGLE_BILLING_API_KEY: 'K' } }).apiKey).toBe('K')
  })
})

describe('a certificate in the environment', () => {
  const files = {
    [`${prefix}CLIENT_CERTIFICATE_FILE`]: 'cert.pem',
    [`${prefix}CLIENT_CERTIFICATE_KEY_FILE`]: 'key.pem',
  }

  test('is a source that names the files, and reads the passphrase when it is called', () => {
    const env: Record<string, string> = { ...files, [`${prefix}CLIENT_CERTIFICATE_KEY_PASSPHRASE`]: 'first' }
    const options = optionsFromEnvironment({ prefix, env })
    const source = options.clientEncryptedCertSource
    expect(source?.()).toEqual({ certPath: 'cert.pem', keyPath: 'key.pem', passphrase: 'first' })
    env[`${prefix}CLIENT_CERTIFICATE_KEY_PASSPHRASE`] = 'second'
    expect(source?.()).toMatchObject({ passphrase: 'second' })
    expect(explainOptions(options)).toMatchObject([
      {
        option: 'clientEncryptedCertSource',
        value: '[Function]',
        origin: `environment:${prefix}CLIENT_CERTIFICATE_FILE`,
      },
    ])
  })

  test('needs no passphrase', () => {
    expect(optionsFromEnvironment({ prefix, env: files }).clientEncryptedCertSource?.()).toMatchObject({
      passphrase: '',
    })
  })

  test.for([
    [['CLIENT_CERTIFICATE_FILE'], 'CLIENT_CERTIFICATE_KEY_FILE'],
    [['CLIENT_CERTIFICATE_KEY_FILE'], 'CLIENT_CERTIFICATE_FILE'],
    [['CLIENT_CERTIFICATE_KEY_PASSPHRASE'], 'CLIENT_CERTIFICATE_FILE'],
    [['CLIENT_CERTIFICATE_FILE', 'CLIENT_CERTIFICATE_KEY_PASSPHRASE'], 'CLIENT_CERTIFICATE_KEY_FILE'],
  ] as const)('is an error with %j alone, which names %s', ([names, missing]) => {
    const env = Object.fromEntries(names.map(name => [`${prefix}${name}`, CANARY]))
    expect(issuesOf(env)).toEqual([
      {
        code: 'incomplete_certificate',
        variable: `${prefix}${names[0]}`,
        message: `names one part of a certificate; set ${prefix}${missing} as well`,
      },
    ])
  })

  test('is a path, and not the content of a file, nor a URL', () => {
    const content = `-----BEGIN PRIVATE KEY-----${CANARY}`
    const issues = issuesOf({
      [`${prefix}CLIENT_CERTIFICATE_FILE`]: content,
      [`${prefix}CLIENT_CERTIFICATE_KEY_FILE`]: `file:///${CANARY}`,
    })
    expect(issues).toMatchObject([
      { code: 'invalid_value', variable: `${prefix}CLIENT_CERTIFICATE_FILE` },
      { code: 'invalid_value', variable: `${prefix}CLIENT_CERTIFICATE_KEY_FILE` },
    ])
    expect(JSON.stringify(issues)).not.toContain(CANARY)
  })
})
