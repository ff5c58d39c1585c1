import { describe, expect, test } from 'vitest'

import { fieldList } from './fields.ts'
import { candidatesOf, nearestName, nearestOption } from './nearest.ts'

const candidates = candidatesOf(fieldList)

describe('nearestOption', () => {
  test.for<[key: string, nearest: string]>([
    ['apiEndpoit', 'apiEndpoint'],
    ['api_endpoit', 'api_endpoint'],
    ['ApiEndpoint', 'apiEndpoint'],
    ['API_ENDPOINT', 'api_endpoint'],
    ['api-endpoint', 'apiEndpoint'],
    ['apikey', 'apiKey'],
    ['apiKeys', 'apiKey'],
    ['scope', 'scopes'],
    ['endpoint', 'apiEndpoint'],
    ['audience', 'apiAudience'],
    ['universe_', 'universe_domain'],
    ['projectId', 'quotaProjectId'],
    ['quota_project', 'quota_project_id'],
    ['credential', 'credentials'],
    ['credentialFile', 'credentialsFile'],
    ['clientCertSourse', 'clientCertSource'],
    ['client_encrypted_cert_sourc', 'client_encrypted_cert_source'],
  ])('sees that %s means %s', ([key, nearest]) => {
    expect(nearestOption(key, candidates)).toBe(nearest)
  })

  test.for([
    '',
    'x',
    'ke',
    'foo',
    'apiKeyxyz',
    'keyFilename',
    'toString',
    '__proto__',
    'servicePath',
    'key',
    'a'.repeat(41),
    '🔑🔑🔑🔑',
  ])('sees no option in %j', key => {
    expect(nearestOption(key, candidates)).toBeUndefined()
  })

  test.for(fieldList.map(({ name }) => name))('sees what the distance says for whatever is nearly %s', name => {
    for (const key of misspellings(name.toLowerCase())) {
      const near = fieldList.find(field => distance(key, field.name.toLowerCase()) <= 2)
      const part = fieldList.find(field => key.length > 3 && field.name.toLowerCase().includes(key))
      expect(nearestOption(key, candidates), key).toBe((near ?? part)?.name)
    }
  })

  test('does not compare a key of a megabyte', () => {
    expect(nearestOption(`apiKey${'_'.repeat(1_000_000)}x`.repeat(10), candidates)).toBeUndefined()
  })
})

/** Letters left out, put in, replaced and swapped, one to three at a time. */
function misspellings(name: string): string[] {
  return Array.from({ length: name.length + 1 }, (_, at) => {
    const [before, after] = [name.slice(0, at), name.slice(at)]
    const [next = '', ...rest] = after
    const swapped = `${before}${rest[0] ?? ''}${next}${rest.slice(1).join('')}`
    const replaced = ['x', 'xx', 'xxx'].map(letters => before + letters + after.slice(letters.length))
    const added = ['x', 'xx', 'xxx'].map(letters => before + letters + after)
    const left = [1, 2, 3].map(count => before + after.slice(count))
    return [...replaced, ...added, ...left, swapped, `x${before}x${after}`, `x${before}${after.slice(2)}`]
  })
    .flat()
    .filter(key => key.length >= 3)
}

/** Levenshtein's distance as it is defined. */
function distance(one: string, other: string, known = new Map<string, number>()): number {
  if (one === '' || other === '') return one.length + other.length
  const pair = `${one} ${other}`
  const found = known.get(pair)
  if (found !== undefined) return found
  const [restOfOne, restOfOther] = [one.slice(1), other.slice(1)]
  const replaced = distance(restOfOne, restOfOther, known) + (one[0] === other[0] ? 0 : 1)
  const result = Math.min(replaced, distance(restOfOne, other, known) + 1, distance(one, restOfOther, known) + 1)
  known.set(pair, result)
  return result
}

describe('nearestName', () => {
  test.for<[name: string, known: string, why: string]>([
    ['stagin', 'staging', 'a letter that is missing'],
    ['STA-GING', 'staging', 'the style'],
    ['abcde', 'abcdef', 'five letters'],
    ['x'.repeat(40), 'x'.repeat(41), 'forty letters'],
  ])('sees that %s means %s, by %3$s', ([name, known]) => {
    expect(nearestName(name, ['another', known])).toBe(known)
  })

  test.for<[name: string, known: string, why: string]>([
    ['abcd', 'abcdef', 'is too short'],
    ['abcde', 'abcdx', 'is the same as too many, where names are short'],
    ['x'.repeat(41), 'x'.repeat(42), 'is too long'],
    ['production', 'staging', 'is another'],
  ])('sees no other name for %s in %s: it %3$s', ([name, known]) => {
    expect(nearestName(name, [known])).toBeUndefined()
  })
})
