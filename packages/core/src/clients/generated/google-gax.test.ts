import { createRequire } from 'node:module'

import { SpeechClient } from '@google-cloud/speech'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { expect, onTestFinished, test, vi } from 'vitest'

import { assertTestedGax, type Gax, gaxOf, testedVersions } from './google-gax.ts'

const require = createRequire(import.meta.url)
const connectsNever = { auth: { getClient: () => new Promise(() => {}) }, sslCreds: new Promise(() => {}) }

function clientOf(Class: new (...parameters: never[]) => object, fallback = false): object {
  return Reflect.construct(Class, [{ ...connectsNever, fallback }])
}

test.each([ImageAnnotatorClient, SpeechClient])('a client keeps the google-gax that it uses', Class => {
  const ofPackage = createRequire(require.resolve('@google-cloud/vision'))('google-gax')
  expect(gaxOf(clientOf(Class))).toBe(ofPackage)
  expect(gaxOf(clientOf(Class)).grpc).toBe(ofPackage.grpc)
  expect(gaxOf(clientOf(Class, true))).toBe(ofPackage.fallback)
})

// A canary: what is relied on was tested with these. When it fails, try createClient with the new ones, then add them.
test('what is relied on was tested with google-gax 6.17.0, google-auth-library 11.3.4 and grpc-js 1.14.7', () => {
  const { version, grpc } = gaxOf(clientOf(ImageAnnotatorClient))
  expect(testedVersions).toContain(version)
  const ofGax = createRequire(require.resolve('google-gax'))
  expect(ofGax('@grpc/grpc-js/package.json').version).toBe('1.14.7')
  expect(require('google-auth-library/package.json').version).toBe('11.3.4')
  expect(grpc?.experimental.createCertificateProviderChannelCredentials).toBeTypeOf('function')
})

class Client {
  readonly _gaxModule: unknown

  constructor(gax: unknown) {
    this._gaxModule = gax
  }
}

function testedGaxOf(client: object, untried: boolean): Gax {
  const gax = gaxOf(client)
  assertTestedGax(client, gax, untried)
  return gax
}

test.each(['3.6.1', '7.0.0', '7.0.0-fallback', '60.1.0'])(
  'google-gax %s is refused, since options could be lost',
  version => {
    expect(() => testedGaxOf(new Client({ version, GoogleError: Error }), false)).toThrow(
      expect.objectContaining({
        code: 'unsupported_library',
        message: expect.stringMatching(/Unsupported google-gax .* built on google-gax 4, 5, 6.*untried: true/),
      }),
    )
  },
)

test.each(['3.6.1', '7.0.0-fallback'])('google-gax %s is a notice for a caller who wants to try it', version => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  expect(testedGaxOf(new Client({ version, GoogleError: Error }), true).version).toBe(version)
  const message = expect.stringContaining(`google-gax ${version} was not tested`)
  expect(warn.mock.calls).toEqual([[message, { type: 'ClientOptionsWarning', code: 'untried_version' }]])
})

test.each(['4.0.0', '4.7.0', '5.1.0-beta.1', '6.99.0-fallback'])('google-gax %s is expected to work', version => {
  expect(testedGaxOf(new Client({ version, GoogleError: Error }), false).version).toBe(version)
})

test.each([undefined, null, {}, { version: '6.17.0' }, { version: 6, GoogleError: Error }])(
  'an instance that keeps %j is not of a generated class',
  gax => {
    expect(() => gaxOf(new Client(gax))).toThrow(expect.objectContaining({ code: 'unsupported_client' }))
  },
)
