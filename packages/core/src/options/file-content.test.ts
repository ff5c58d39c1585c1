import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'

import { describe, expect, test } from 'vitest'

import { resolveSettings } from '../settings/resolve-settings.ts'
import { ClientOptions } from './client-options.ts'
import { fieldList } from './fields.ts'
import { isFileContent } from './file-content.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const json = JSON.stringify({ type: 'service_account', private_key: pem })
const base64 = (text: string) => Buffer.from(text).toString('base64')

const contents: readonly (readonly [string, string])[] = [
  ['JSON on one line', json],
  ['JSON with leading whitespace', `  ${json}`],
  ['JSON in lines', JSON.stringify(JSON.parse(json), null, 2)],
  ['JSON in a list', `[ ${json} ]`],
  ['JSON in base64', base64(json)],
  ['JSON in lines in base64', base64(JSON.stringify(JSON.parse(json), null, 2))],
  ['JSON with leading whitespace in base64', base64(`\n ${json}`)],
  ['JSON in base64 for URLs', Buffer.from(json).toString('base64url')],
  ['JSON in base64 in lines', base64(json).replaceAll(/(.{64})/g, '$1\n')],
  ['a PEM key', pem],
  ['a PEM key on one line', pem.replaceAll('\n', '\\n')],
  ['a PEM key in base64', base64(pem)],
]

describe.each(contents)('%s', (_name, content) => {
  const secret = pem.slice(60, 100)
  const shows = (value: unknown) =>
    [secret, base64(secret).slice(4, 40), content.slice(0, 30)].some(part => inspect(value).includes(part))

  test.each(fieldList.filter(({ kind }) => kind === 'string'))('is refused as $name, and not repeated', ({ name }) => {
    const result = ClientOptions.safeParse({ [name]: content })
    expect(result).toMatchObject({ success: false, issues: [{ code: 'invalid_value', path: [name] }] })
    expect(shows(result)).toBe(false)
    expect(() => ClientOptions.from({ [name]: content })).toThrow(
      /content of a JSON or PEM file; set credentials to the content/,
    )
  })

  test.each(['GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_CLOUD_QUOTA_PROJECT'])('is refused in %s', name => {
    const resolve = () => resolveSettings({}, { host: 'x.{universeDomain}' }, { env: { [name]: content } })
    expect(resolve).toThrow(expect.objectContaining({ code: 'invalid_environment' }))
    try {
      resolve()
    } catch (error) {
      expect(shows(error)).toBe(false)
    }
  })

  test('is refused as a key of a mapping, and not repeated', () => {
    const result = ClientOptions.safeParse({ [content]: 1 })
    expect(result).toMatchObject({ success: false, issues: [{ code: 'unknown_option' }] })
    expect(shows(result)).toBe(false)
    expect(shows(result.success ? undefined : result.error)).toBe(false)
  })
})

test.each(['AIzaSyA1234567890abcdefghijklmnopqrstuvwx', '-p0Rt8xUq2mZ', 'client secret', 'a=b'])(
  'a key of a mapping that may be a secret is not repeated: %s',
  key => {
    const looksLikeName = /^\w{1,20}$/.test(key)
    const result = ClientOptions.safeParse({ [`api_key=${key}`]: 1, ...(!looksLikeName && { [key]: 1 }) })
    expect(result.success ? undefined : result.error.message).not.toContain(key)
    expect(JSON.stringify(result)).not.toContain(key)
  },
)

test.each([
  '/etc/my-app/credentials.json',
  '/home/user/keys/with/a/long/path/and/no/dot/in/any/of/its/many/parts/at/all',
  'C:\\keys\\key.json',
  'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl',
  'AIzaSyA1234567890abcdefghijklmnopqrstuvwx',
  '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
  '{universeDomain}',
  'my-project',
])('%s is not the content of a file', text => {
  expect(isFileContent(text)).toBe(false)
})

test.each(['~', '~/key.json', '~user/key.json', '~\\key.json', 'file:///etc/key.json', 'FILE:key.json'])(
  'credentialsFile is not expanded: %s',
  text => {
    expect(() => ClientOptions.from({ credentialsFile: text })).toThrow(/write the (?:absolute path|path alone)/)
  },
)

test.each(["'", '"', '`'])('a value in %s is refused as every text', quote => {
  for (const { name, kind } of fieldList) {
    const value = `${quote}a.example${quote}`
    if (kind === 'string') expect(() => ClientOptions.from({ [name]: value })).toThrow(/wrapped in quotes/)
    if (kind === 'strings') expect(() => ClientOptions.from({ [name]: [value] })).toThrow(/wrapped in quotes/)
  }
})

test('an apostrophe within a value is fine', () => {
  expect(ClientOptions.from({ apiAudience: "https://o'neill.example/'x'" }).apiAudience).toContain("o'neill")
})

test.each([
  `{"a`,
  `{ "a`,
  `{\n"a`,
  `{'a`,
  `[{"a`,
  `[ {"a`,
  `[\n{ "a`,
  ` \n{"a`,
  'x -----BEGIN y',
  base64('{"a": "some text"}'),
])('%j begins like content', text => expect(isFileContent(text)).toBe(true))

test.each([
  'path/{"a',
  '{a}',
  '[{',
  '{1"',
  '[1{"',
  '-----END x',
  // Too short to be the content of such a file.
  base64('{"a":"b"}'),
  `${base64('{"a": "some text"}')}!`,
  `${'a'.repeat(400)}${base64('{"a": "some text"}')}`,
])('%j does not', text => expect(isFileContent(text)).toBe(false))

test.each([
  ['the signs of base64', base64('{"?>?>?>?>?>":12345}')],
  ['those of base64 for URLs', Buffer.from('{"?>?>?>?>?>":12345}').toString('base64url')],
  ['padding', base64('{"abcdefgh":123}')],
  ['less padding', base64('{"abcdefghi":123}')],
])('content is recognized with %s', (_name, content) => {
  expect(isFileContent(content)).toBe(true)
})
