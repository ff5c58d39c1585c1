import { describe, expect, test } from 'vitest'

import { ClientOptions } from './client-options.ts'
import { fileNamesOf, originOf, type Provenance, provenanceOf, setFileNames, setProvenance } from './provenance.ts'

const policy = { policy: { hosts: ['*.example.com'] }, origin: 'file:/options.yaml:9' } as const
const hidden = { option: 'scopes', value: ['lower'], origin: 'environment:SCOPES' } as const
const known: Provenance = {
  origins: new Map([
    ['quotaProjectId', 'file:/options.yaml:1'],
    ['scopes', 'file:/options.yaml:2'],
  ]),
  replaced: new Map([['scopes', [hidden]]]),
  removed: ['apiAudience'],
  policies: [policy],
}

/** Options as they are loaded. */
function loaded(): ClientOptions {
  return setProvenance(new ClientOptions({ quotaProjectId: 'p', scopes: ['a'] }), known)
}

test('options that were not loaded come from code, and hide nothing', () => {
  const options = new ClientOptions({ quotaProjectId: 'p' })
  expect(originOf(options, 'quotaProjectId')).toBe('option')
  expect(provenanceOf(options)).toEqual({ origins: new Map(), replaced: new Map(), removed: [], policies: [] })
})

describe('options made of loaded ones', () => {
  test.for([
    ['by new', (options: ClientOptions) => new ClientOptions(options)],
    ['by a change that changes nothing', (options: ClientOptions) => options.with({})],
  ] as const)('come from where those came from: %s', ([, make]) => {
    const options = loaded()
    const made = make(options)
    expect(made).not.toBe(options)
    expect(provenanceOf(made)).toEqual(known)
  })

  test('come from code where they were changed, and obey the policy still', () => {
    const made = loaded().with({ scopes: ['b'], apiAudience: 'audience' })
    expect(provenanceOf(made)).toEqual({
      origins: new Map([['quotaProjectId', 'file:/options.yaml:1']]),
      replaced: new Map(),
      removed: [],
      policies: [policy],
    })
    expect(originOf(made, 'scopes')).toBe('option')
    expect(loaded().with({ quotaProjectId: null }).quotaProjectId).toBeUndefined()
    expect(provenanceOf(loaded().with({ quotaProjectId: null })).origins).toEqual(
      new Map([['scopes', 'file:/options.yaml:2']]),
    )
  })
})

describe('options changed by loaded ones', () => {
  test('come from where both came from, and obey the policies of both', () => {
    const another = { policy: { apiKey: false }, origin: 'file:/other.yaml:1' } as const
    const below = setProvenance(new ClientOptions({ scopes: ['z'], universeDomain: 'example.com' }), {
      origins: new Map([
        ['scopes', 'environment:SCOPES'],
        ['universeDomain', 'environment:UNIVERSE'],
      ]),
      replaced: new Map([['universeDomain', []]]),
      removed: ['apiKey'],
      policies: [another, policy],
    })
    expect(provenanceOf(below.with(loaded()))).toEqual({
      origins: new Map([
        ['universeDomain', 'environment:UNIVERSE'],
        ['quotaProjectId', 'file:/options.yaml:1'],
        ['scopes', 'file:/options.yaml:2'],
      ]),
      replaced: new Map([
        ['universeDomain', []],
        ['scopes', [hidden]],
      ]),
      removed: ['apiKey'],
      policies: [another, policy],
    })
  })

  test('keep the origin of what those do not set', () => {
    const changes = setProvenance(new ClientOptions({ scopes: ['b'] }), { ...known, policies: [] })
    const made = new ClientOptions({ quotaProjectId: 'in-code' }).with(changes)
    expect(originOf(made, 'quotaProjectId')).toBe('option')
    expect(originOf(made, 'scopes')).toBe('file:/options.yaml:2')
  })
})

describe('equality', () => {
  test('is one of the policies too, by their content', () => {
    expect(loaded().equals(setProvenance(new ClientOptions(loaded()), { ...known, policies: [{ ...policy }] }))).toBe(
      true,
    )
    expect(loaded().equals(new ClientOptions({ quotaProjectId: 'p', scopes: ['a'] }))).toBe(false)
    expect(new ClientOptions({ quotaProjectId: 'p', scopes: ['a'] }).equals(loaded())).toBe(false)
    const stricter = { ...policy, policy: { hosts: [] } }
    expect(loaded().equals(setProvenance(loaded(), { ...known, policies: [stricter] }))).toBe(false)
  })
})

describe('the names of the files of a certificate source', () => {
  test('are those of what the source returns, unless they were noted', () => {
    const source = () => ['cert.pem', 'key.pem', 'passphrase'] as const
    expect(fileNamesOf(source)).toEqual({
      certPath: 'the certPath that clientEncryptedCertSource returned',
      keyPath: 'the keyPath that clientEncryptedCertSource returned',
    })
    const names = { certPath: 'CERT_FILE', keyPath: 'KEY_FILE' }
    expect(setFileNames(source, names)).toBe(source)
    expect(fileNamesOf(source)).toBe(names)
  })
})
