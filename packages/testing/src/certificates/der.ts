/** The parts of DER (ITU-T X.690) that a certificate is written in: each function returns one encoded value. */

const BOOLEAN = 0x01
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_IDENTIFIER = 0x06
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
const SEQUENCE = 0x30
const SET = 0x31

/** A value under a tag; what it holds is encoded already. */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content])
}

/** `[n]` of a constructed type, such as `EXPLICIT [3]`. */
export function context(number: number, ...contents: readonly Uint8Array[]): Buffer {
  return tagged(0xa0 + number, ...contents)
}

/** `[n] IMPLICIT` of a primitive type. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return tagged(0x80 + number, content)
}

export function sequence(...contents: readonly Uint8Array[]): Buffer {
  return tagged(SEQUENCE, ...contents)
}

export function set(...contents: readonly Uint8Array[]): Buffer {
  return tagged(SET, ...contents)
}

/** A positive integer, most significant byte first; DER allows no zero before it, but where its sign would be lost. */
export function integer(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex(byte => byte !== 0)
  const digits = start < 0 ? Buffer.from([0]) : bytes.subarray(start)
  const isNegative = (digits[0] ?? 0) >= 0x80
  return tagged(INTEGER, Buffer.alloc(isNegative ? 1 : 0), digits)
}

export function trueValue(): Buffer {
  return tagged(BOOLEAN, Buffer.from([0xff]))
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return tagged(BIT_STRING, Buffer.from([unusedBits]), bytes)
}

export function octetString(bytes: Uint8Array): Buffer {
  return tagged(OCTET_STRING, bytes)
}

export function utf8String(text: string): Buffer {
  return tagged(UTF8_STRING, Buffer.from(text))
}

/** From the usual notation, such as `2.5.29.17`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  return tagged(OBJECT_IDENTIFIER, Buffer.from([first * 40 + second, ...others].flatMap(base128)))
}

/** A `Time` of RFC 5280, section 4.1.2.5: two digits for the years from 1950 to 2049, four for all others. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '')
  const year = date.getUTCFullYear()
  return year >= 1950 && year < 2050
    ? tagged(UTC_TIME, Buffer.from(digits.slice(2)))
    : tagged(GENERALIZED_TIME, Buffer.from(digits))
}

function lengthOf({ length }: Uint8Array): readonly number[] {
  if (length < 0x80) return [length]
  const bytes = bigEndian(length)
  return [0x80 + bytes.length, ...bytes]
}

function bigEndian(value: number): readonly number[] {
  return value < 0x100 ? [value] : [...bigEndian(Math.floor(value / 0x100)), value % 0x100]
}

/** Seven bits a byte; all but the last have the high bit set. */
function base128(value: number): number[] {
  const last = value % 0x80
  const before = Math.floor(value / 0x80)
  return before === 0 ? [last] : [...base128(before).map(byte => byte | 0x80), last]
}
