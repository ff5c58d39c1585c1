import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { ClientOptions } from '../src/index.ts'
import { descriptions } from '../src/options/descriptions.ts'
import { fieldList } from '../src/options/fields.ts'

describe('the members of ClientOptionsInit', () => {
  const described = membersOf('ClientOptionsInit')

  test('are the rows of the table, in its order', () => {
    expect(described.map(({ name }) => name)).toEqual(fieldList.map(({ name }) => name))
  })

  test.for(described)('have the description of the table: $name', ({ name, comment }) => {
    expect(comment.replaceAll('`', '')).toBe(descriptions[name as keyof typeof descriptions])
  })
})

describe('a ClientOptions', () => {
  test.for(fieldList.map(({ name }) => name))('has the property %s', name => {
    expect(name in new ClientOptions()).toBe(true)
    expect(new ClientOptions()[name]).toBeUndefined()
  })

  test('has no other property of its own', () => {
    const own = Object.keys(new ClientOptions())
    expect(fieldList.map(({ name }) => name)).toEqual(expect.arrayContaining(own))
    expect(own).toHaveLength(fieldList.length - 2)
  })
})

/** The documented members of an interface in types.ts, as its text has them. */
function membersOf(name: string): readonly { readonly name: string; readonly comment: string }[] {
  const source = readFileSync(new URL('../src/options/types.ts', import.meta.url), 'utf8')
  const [, body = ''] = source.split(`export interface ${name} {\n`)
  const [members = ''] = body.split('\n}\n')
  return [...members.matchAll(/^ {2}\/\*\* (.*) \*\/\n {2}readonly (\w+)\?:/gm)].map(
    ([, comment = '', member = '']) => {
      return { name: member, comment }
    },
  )
}
