import { recordFigure } from '@client-options/loopback'
import { describe, expect, test } from 'vitest'

import { CertificatePair } from '../../src/certificates/certificate-pair.ts'
import { tokenRequestFailed } from '../../src/credentials/token-error.ts'
import { certificatesIn, privateKeyIn } from '../../src/files/pem-blocks.ts'
import { ClientOptions, resolveSettings } from '../../src/index.ts'
import { fieldList } from '../../src/options/fields.ts'
import { nextRequest } from '../../src/transports/http/redirect.ts'
import { resolveUrl } from '../../src/transports/http/trusted-origin.ts'

/** Within it, what takes linear time is done many times over, and what takes quadratic time not once. */
const timeout = 20_000
const KEYS = 200_000
const CHARACTERS = 1_000_000

/** Texts on which a regular expression that goes back over its own steps would not come to an end. */
const texts = [
  'a',
  ' ',
  '.',
  ':',
  '/',
  '@',
  '[',
  '\n',
  '\u0000',
  'ä',
  '%2e',
  'https://',
  '-----BEGIN CERTIFICATE-----\n',
  '""',
]

test('a mapping of 200,000 unknown keys is refused with a short message', { timeout }, () => {
  const entries = Array.from({ length: KEYS }, (_, index): [string, number] => [`key${index}`, index])
  for (const mapping of [Object.fromEntries(entries), new Proxy({}, { ownKeys: () => entries.map(([key]) => key) })]) {
    expect(refusal(mapping).message.length).toBeLessThan(10_000)
  }
  recordFigure('Linear time', 'keys of the largest mapping refused', KEYS)
})

test('a key or symbol of a million characters is refused with a short message', { timeout }, () => {
  for (const text of texts) {
    const long = text.repeat(CHARACTERS / text.length)
    expect(refusal({ [long]: 1, [Symbol(long)]: 1 }).message.length).toBeLessThan(10_000)
  }
  recordFigure('Linear time', 'characters of the longest key and value checked', CHARACTERS)
})

test.each(fieldList.filter(({ kind }) => kind.startsWith('string') || kind === 'credentials').map(({ name }) => name))(
  '%s of a million characters is checked in linear time',
  { timeout },
  name => {
    for (const text of texts) {
      const long = text.repeat(CHARACTERS / text.length)
      for (const value of [long, [long, `https://${long}`], `https://${long}`, `https://host${long}`, `${long}.`]) {
        const result = ClientOptions.safeParse({ [name]: value })
        if (!result.success) expect(result.error.message.length).toBeLessThan(10_000)
      }
    }
  },
)

test('credentials without end are refused with a short message', { timeout }, () => {
  const keys = Array.from({ length: KEYS }, (_, index): [string, string] => [`key${index}`, 'value'])
  const deep = keys.reduce<object>(value => ({ value }), {})
  const circle: Record<string, unknown> = {}
  for (const [key] of keys.slice(0, 1000)) circle[key] = [circle, circle]
  const endless = new Proxy([], { get: (_target, key) => (key === 'length' ? 4_294_967_295 : endless) })
  for (const credentials of [
    Object.fromEntries(keys),
    deep,
    circle,
    { endless },
    { text: ' '.repeat(2 * CHARACTERS) },
  ]) {
    expect(refusal({ credentials }).message.length).toBeLessThan(1000)
  }
})

test('scopes in their thousands are refused', { timeout }, () => {
  expect(refusal({ scopes: Array.from({ length: KEYS }, () => 'scope') }).issues).toHaveLength(1)
  expect(refusal({ scopes: Object.assign([], { length: 4_294_967_295 }) }).issues).toHaveLength(1)
})

test('an error of a thousand long problems is short', { timeout }, () => {
  const scopes = Array.from({ length: 1000 }, () => 'b a d'.repeat(1000))
  expect(refusal({ scopes }).message.length).toBeLessThan(10_000)
})

describe('what comes from outside', () => {
  const settings = resolveSettings({ apiEndpoint: 'https://host.example/base' }, { host: 'a.example' }, { env: {} })

  test.each(texts)('a URL, a redirect or an answer of many %j', { timeout }, text => {
    const long = text.repeat(CHARACTERS / text.length)
    outcome(() => resolveUrl(settings, long))
    outcome(() => resolveUrl(settings, `/${long}`))
    const request = { url: new URL('https://host.example'), method: 'GET', headers: new Headers(), body: undefined }
    outcome(() => nextRequest(request, { status: 307, headers: { location: long } }))
    const error = tokenRequestFailed('type', Object.assign(new Error(long), { response: { status: 400, data: long } }))
    expect(error.message.length).toBeLessThan(1000)
  })

  test.each(texts)('PEM of many %j', { timeout }, text => {
    const long = text.repeat(CHARACTERS / text.length)
    outcome(() => new CertificatePair({ cert: long, key: long }))
    outcome(() => new CertificatePair({ cert: `-----BEGIN CERTIFICATE-----${long}`, key: long }))
  })

  test('output of a command or a file that begins a certificate again and again', { timeout }, () => {
    certificatesIn('-----BEGIN CERTIFICATE-----\n'.repeat(100_000))
    privateKeyIn('-----BEGIN PRIVATE KEY-----\n'.repeat(100_000))
  })
})

function refusal(input: unknown) {
  const result = ClientOptions.safeParse(input)
  return result.success ? expect.unreachable('It was accepted') : result.error
}

/** Whatever comes of it: what matters is that it comes to an end. */
function outcome(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
  }
}
