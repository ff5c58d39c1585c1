import { createRequire } from 'node:module'

import { ImageAnnotatorClient } from '@google-cloud/vision'
import { expect, test } from 'vitest'

import { loadGax } from './google-gax.ts'

const require = createRequire(import.meta.url)

test('the copy is the one that the client itself uses', () => {
  const ofVision = createRequire(require.resolve('@google-cloud/vision'))('google-gax')
  expect(loadGax(ImageAnnotatorClient)).toBe(ofVision)
})

// A canary: what is relied on was tried with these. When it fails, try createClient with the new ones, then raise them.
test('what is relied on was tried with google-gax 6.17.0, google-auth-library 11.3.4 and grpc-js 1.14.7', () => {
  const gax = loadGax(ImageAnnotatorClient)
  expect(gax.version).toBe('6.17.0')
  const ofGax = createRequire(require.resolve('google-gax'))
  expect(ofGax('@grpc/grpc-js/package.json').version).toBe('1.14.7')
  expect(require('google-auth-library/package.json').version).toBe('11.3.4')
  expect(gax.grpc.experimental.createCertificateProviderChannelCredentials).toBeTypeOf('function')
})

test('another major version is refused, so that no option is lost in silence', () => {
  class Client {
    constructor(options: { universeDomain?: string }) {
      void options.universeDomain
    }
  }
  const gax: { version: string } = require('google-gax')
  const { version } = gax
  Object.defineProperty(gax, 'version', { value: '7.0.0', configurable: true, writable: true })
  try {
    expect(() => loadGax(Client)).toThrow(expect.objectContaining({ code: 'unsupported_library' }))
  } finally {
    Object.defineProperty(gax, 'version', { value: version, configurable: true, writable: true })
  }
})
