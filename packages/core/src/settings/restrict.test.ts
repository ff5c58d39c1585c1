import { expect, test } from 'vitest'

import { ClientOptions } from '../options/client-options.ts'
import { setProvenance } from '../options/provenance.ts'
import { resolveSettings } from './resolve-settings.ts'
import { policiesFor, restrict } from './restrict.ts'

const service = { host: 'vision.{universeDomain}' }

test('a policy holds for every client from then on, beside that of an option file', () => {
  expect(policiesFor(new ClientOptions())).toEqual([])
  restrict({ apiKey: false })
  restrict({ hosts: ['*.googleapis.com'] })
  const loaded = setProvenance(new ClientOptions(), {
    origins: new Map(),
    replaced: new Map(),
    removed: [],
    policies: [{ policy: { plaintext: false }, origin: 'file:/options.yaml:1' }],
  })
  expect(policiesFor(loaded)).toEqual([
    { apiKey: false, origin: 'restrict()' },
    { hosts: ['*.googleapis.com'], origin: 'restrict()' },
    { plaintext: false, origin: 'file:/options.yaml:1' },
  ])
  expect(() => resolveSettings({ apiKey: 'K', apiEndpoint: 'host' }, service, { env: {} })).toThrow(
    /^Refused by policy:\n {2}apiKey: .* \(policy of restrict\(\)\)\n {2}hosts: .* \(policy of restrict\(\)\)$/,
  )
})
