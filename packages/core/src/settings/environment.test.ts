import { pollute } from '@client-options/loopback'
import { describe, expect, test, vi } from 'vitest'

import { readVariable } from '../options/environment.ts'
import { processEnvironment, readOption, readWord } from './environment.ts'
import { ClientSettingsError } from './errors.ts'

describe('readVariable', () => {
  test('trims', () => {
    expect(readVariable({ NAME: 'text' }, 'NAME')).toBe('text')
    expect(readVariable({ NAME: ' \ttext \r\n' }, 'NAME')).toBe('text')
  })

  test('takes an empty and a blank text as unset', () => {
    for (const text of ['', ' ', '\n', undefined]) expect(readVariable({ NAME: text }, 'NAME')).toBeUndefined()
    expect(readVariable({}, 'NAME')).toBeUndefined()
  })

  test('takes no inherited variable', () => {
    expect(readVariable(Object.create({ NAME: 'inherited' }), 'NAME')).toBeUndefined()
    expect(readVariable({}, 'toString')).toBeUndefined()
  })
})

describe('readWord', () => {
  const words = ['never', 'always'] as const

  test('takes a known word in any case, trimmed', () => {
    for (const text of ['always', 'ALWAYS', 'Always', ' always ', 'always\n']) {
      expect(readWord({ NAME: text }, 'NAME', words)).toBe('always')
    }
  })

  test('gives nothing when it is unset', () => {
    expect(readWord({}, 'NAME', words)).toBeUndefined()
    expect(readWord({ NAME: ' ' }, 'NAME', words)).toBeUndefined()
  })

  test('names the variable and the words, and not the text, for another one', () => {
    const read = () => readWord({ NAME: 'alwayz' }, 'NAME', words)
    expect(read).toThrow(expect.objectContaining({ constructor: ClientSettingsError, code: 'invalid_environment' }))
    expect(read).toThrow(/NAME must be never or always/)
    expect(read).not.toThrow(/alwayz/)
  })
})

describe('readOption', () => {
  test('gives the value and where it came from', () => {
    const variable = 'GOOGLE_CLOUD_QUOTA_PROJECT'
    expect(readOption({ [variable]: ' project ' }, 'quotaProjectId')).toEqual({
      value: 'project',
      origin: `environment:${variable}`,
    })
  })

  test('puts the value in the form of the option', () => {
    const environment = { GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'FOO.com' }
    expect(readOption(environment, 'universeDomain')?.value).toBe('foo.com')
  })

  test('gives nothing for an option that no variable stands in for', () => {
    expect(readOption({ GOOGLE_API_KEY: 'K', API_KEY: 'K', undefined: 'K' }, 'apiKey')).toBeUndefined()
  })
})

describe('processEnvironment', () => {
  test("is the process's", () => {
    expect(processEnvironment()).toBe(process.env)
  })

  test('is empty where the runtime has no process', () => {
    for (const process of [undefined, {}, { env: null }, { env: 'text' }]) {
      vi.stubGlobal('process', process)
      try {
        expect(processEnvironment()).toEqual({})
        using _pollution = pollute('env', { NAME: 'value' })
        expect(processEnvironment()).toEqual({})
      } finally {
        vi.unstubAllGlobals()
      }
    }
  })
})
