import { describe, expect, test } from 'vitest'

import { ClientOptions } from '../options/client-options.ts'
import { optionsFromEnvironment } from './environment.ts'
import { explainOptions } from './explain.ts'
import { loadClientOptions } from './layers.ts'

const fromEnvironment = (env: Record<string, string>) => {
  return optionsFromEnvironment({
    prefix: 'X_',
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [`X_${name}`, value])),
  })
}

describe('loadClientOptions', () => {
  test('gives ClientOptions, of none when there is no layer', () => {
    expect(loadClientOptions({ layers: [] })).toBeInstanceOf(ClientOptions)
    expect(loadClientOptions({ layers: [undefined, {}] }).toJSON()).toEqual({})
  })

  test('lets the last layer win, option by option', () => {
    const options = loadClientOptions({
      layers: [
        { quotaProjectId: 'one', universeDomain: 'example.com', scopes: ['a'] },
        fromEnvironment({ QUOTA_PROJECT_ID: 'two' }),
        new ClientOptions({ scopes: ['b'] }),
      ],
    })
    expect(options.toJSON()).toEqual({ quotaProjectId: 'two', universeDomain: 'example.com', scopes: ['b'] })
    expect(explainOptions(options)).toEqual([
      {
        option: 'quotaProjectId',
        value: 'two',
        origin: 'environment:X_QUOTA_PROJECT_ID',
        replaced: [{ option: 'quotaProjectId', value: 'one', origin: 'option' }],
      },
      {
        option: 'scopes',
        value: ['b'],
        origin: 'option',
        replaced: [{ option: 'scopes', value: ['a'], origin: 'option' }],
      },
      { option: 'universeDomain', value: 'example.com', origin: 'option', replaced: [] },
    ])
  })

  test('lets an option replace those that it excludes, and remembers all that it hid, without the secret', () => {
    const options = loadClientOptions({
      layers: [
        { credentialsFile: 'first.json' },
        fromEnvironment({ CREDENTIALS_FILE: 'second.json' }),
        { api_key: 'CANARY-1' },
        fromEnvironment({ API_KEY: 'CANARY-2' }),
      ],
    })
    expect(options.apiKey).toBe('CANARY-2')
    expect(explainOptions(options)).toEqual([
      {
        option: 'apiKey',
        value: '[hidden]',
        origin: 'environment:X_API_KEY',
        replaced: [
          { option: 'apiKey', value: '[hidden]', origin: 'option' },
          { option: 'credentialsFile', value: 'second.json', origin: 'environment:X_CREDENTIALS_FILE' },
          { option: 'credentialsFile', value: 'first.json', origin: 'option' },
        ],
      },
    ])
  })

  test.for(['quotaProjectId', 'quota_project_id'])('takes out with null what lies below: %s', name => {
    const options = loadClientOptions({ layers: [{ quotaProjectId: 'one', scopes: ['a'] }, { [name]: null }] })
    expect(options.toJSON()).toEqual({ scopes: ['a'] })
  })

  test('takes what was loaded from layers as a layer', () => {
    const lower = loadClientOptions({
      layers: [{ quotaProjectId: 'one' }, fromEnvironment({ QUOTA_PROJECT_ID: 'two' })],
    })
    const options = loadClientOptions({ layers: [{ quotaProjectId: 'none' }, lower] })
    expect(explainOptions(options)).toMatchObject([
      {
        origin: 'environment:X_QUOTA_PROJECT_ID',
        replaced: [{ value: 'one' }, { value: 'none' }],
      },
    ])
  })

  test('keeps where an option came from when others change', () => {
    const loaded = fromEnvironment({ QUOTA_PROJECT_ID: 'two', API_KEY: 'K' })
    expect(explainOptions(loaded.with({ apiKey: 'L', scopes: ['a'] }))).toMatchObject([
      { option: 'quotaProjectId', origin: 'environment:X_QUOTA_PROJECT_ID' },
      { option: 'scopes', origin: 'option' },
      { option: 'apiKey', origin: 'option' },
    ])
  })

  test.for([undefined, {}, { layers: {} }, []])('refuses what has no layers: %j', input => {
    expect(() => loadClientOptions(input as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTIONS_SOURCE',
        issues: [expect.objectContaining({ property: 'layers' })],
      }),
    )
  })

  test('refuses layers that cannot be accepted, naming every problem of each', () => {
    const layers = [{ apiKee: 'CANARY-3' } as object, undefined, { apiKey: 'K' }, { scopes: ['a', ''] }]
    expect(() => loadClientOptions({ layers })).toThrow(
      expect.objectContaining({
        code: 'ERR_CLIENT_OPTIONS',
        message: expect.stringMatching(/layers\[0\]\.apiKee: .*\n.*layers\[3\]\.scopes\[1\]: /),
        issues: [
          expect.objectContaining({ code: 'unknown_option', path: ['layers', 0, 'apiKee'] }),
          expect.objectContaining({ code: 'invalid_value', path: ['layers', 3, 'scopes', 1] }),
        ],
      }),
    )
  })

  test('keeps what a getter of a layer threw as the cause, and calls it once', () => {
    const thrown = new Error('a getter failed')
    let calls = 0
    const layer = {
      get apiKey(): string {
        calls++
        throw thrown
      },
    }
    expect(() => loadClientOptions({ layers: [{ apiKee: 'K' } as object, layer] })).toThrow(
      expect.objectContaining({ cause: thrown }),
    )
    expect(calls).toBe(1)
  })
})
