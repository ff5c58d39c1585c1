import { runInNewContext } from 'node:vm'

import { describe, expect, test } from 'vitest'

import { ClientOptionsError, type ClientOptionsIssue, isError } from './errors.ts'

describe('ClientOptionsError', () => {
  test('is an Error with a name, a code and the issues', () => {
    const issues = [issue(['apiKey'])]
    const error = new ClientOptionsError(issues, { cause: 'the cause' })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'ClientOptionsError', code: 'ERR_CLIENT_OPTIONS', cause: 'the cause' })
    expect(error.issues).toBe(issues)
    expect(String(error)).toMatch(/^ClientOptionsError: /)
  })

  test('has the address of its only problem, or of all problems', () => {
    expect(new ClientOptionsError([issue(['apiKey'])]).docs).toMatch(/docs\/errors\.md#invalid_value$/)
    expect(new ClientOptionsError([issue(['apiKey']), issue([])]).docs).toMatch(/docs\/errors\.md#err_client_options$/)
  })

  test('has the address of its class when it has no problem at all', () => {
    expect(new ClientOptionsError([]).docs).toMatch(/docs\/errors\.md#err_client_options$/)
  })

  test('says a symbol without a description', () => {
    expect(messageOf(issue([Symbol()]))).toBe('Invalid client options: Symbol([hidden]): is wrong')
  })

  test('says one problem in one line', () => {
    expect(messageOf(issue(['apiKey']))).toBe('Invalid client options: apiKey: is wrong')
  })

  test('says each of several problems in a line of its own', () => {
    expect(messageOf(issue(['apiKey']), issue(['scopes', 1]), issue([]))).toBe(
      'Invalid client options:\n  apiKey: is wrong\n  scopes[1]: is wrong\n  is wrong',
    )
  })

  test('says twenty problems, and counts the others', () => {
    const lines = messageOf(...Array.from({ length: 23 }, (_, index) => issue([`key${index}`]))).split('\n')
    expect(lines).toHaveLength(22)
    expect(lines.at(-2)).toBe('  key19: is wrong')
    expect(lines.at(-1)).toBe('  ... and 3 more')
    expect(messageOf(...Array.from({ length: 20 }, () => issue(['key'])))).not.toContain('more')
  })

  test('shows a key so that it can forge no line and no colour of a log', () => {
    expect(messageOf(issue(['a\nb\r\u001b[31m\u2028\u202e🔑ä']))).toBe('Invalid client options: [hidden]: is wrong')
  })

  test('shortens a long key', () => {
    expect(messageOf(issue(['k'.repeat(41)]))).toBe(`Invalid client options: ${'k'.repeat(40)}...: is wrong`)
    expect(messageOf(issue(['k'.repeat(40)]))).toBe(`Invalid client options: ${'k'.repeat(40)}: is wrong`)
  })

  test('names a symbol', () => {
    expect(messageOf(issue([Symbol('apiKey')]))).toBe('Invalid client options: Symbol(apiKey): is wrong')
  })
})

function issue(path: readonly PropertyKey[]): ClientOptionsIssue {
  return { code: 'invalid_value', path, message: 'is wrong' }
}

function messageOf(...issues: readonly ClientOptionsIssue[]): string {
  return new ClientOptionsError(issues).message
}

test('an error is one of any realm', () => {
  expect([new TypeError(), runInNewContext('new RangeError()')].every(isError)).toBe(true)
  for (const other of [{ name: 'Error', message: 'x', stack: 'x' }, 'Error', null, undefined, []]) {
    expect(isError(other)).toBe(false)
  }
})
