import { describe, expect, test } from 'vitest'

import { bitString, integer, objectIdentifier, octetString, sequence, time, utf8String } from './der.ts'

const hex = (bytes: Buffer): string => bytes.toString('hex')

describe('DER', () => {
  test.each([
    [[0], '020100'],
    [[0, 0, 0], '020100'],
    [[0x7f], '02017f'],
    [[0x80], '02020080'],
    [[0, 0x7f, 1], '02027f01'],
    [[0, 0x80, 1], '0203008001'],
  ])('writes the integer %j without padding, and positive', (bytes, expected) => {
    expect(hex(integer(Buffer.from(bytes)))).toBe(expected)
  })

  test.each([
    [0x7f, '047f'],
    [0x80, '048180'],
    [0xff, '0481ff'],
    [0x100, '04820100'],
    [0x12345, '0483012345'],
  ])('writes the length %i in as few bytes as it takes', (length, expected) => {
    expect(hex(octetString(Buffer.alloc(length))).slice(0, expected.length)).toBe(expected)
  })

  test('writes object identifiers, strings and sequences', () => {
    expect(hex(objectIdentifier('1.2.840.10045.4.3.2'))).toBe('06082a8648ce3d040302')
    expect(hex(objectIdentifier('2.5.29.17'))).toBe('0603551d11')
    expect(hex(sequence(utf8String('é'), bitString(Buffer.from([0x80]), 7)))).toBe('30080c02c3a903020780')
  })

  test.each([
    ['2020-01-02T03:04:05.678Z', '\u0017\r200102030405Z'],
    ['1970-01-01T00:00:00Z', '\u0017\r700101000000Z'],
    ['2049-12-31T23:59:59Z', '\u0017\r491231235959Z'],
    ['2050-01-01T00:00:00Z', '\u0018\u000f20500101000000Z'],
    ['1949-12-31T23:59:59Z', '\u0018\u000f19491231235959Z'],
  ])('writes the time %s', (date, expected) => {
    expect(time(new Date(date)).toString()).toBe(expected)
  })
})
