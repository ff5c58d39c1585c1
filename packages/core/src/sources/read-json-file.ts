import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

import { CredentialsFileError } from './errors.ts'

/** A JSON object, of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A credentials file has a few kilobytes. */
const SIZE_LIMIT = 1024 * 1024

/**
 * Reads a JSON object out of a credentials file. Synchronous, so what could block or never end is not read.
 * @throws {CredentialsFileError} `unreadable_file`, `not_a_file`, `file_too_large` or `invalid_json`.
 */
export function readJsonFile(path: string): JsonObject {
  const text = readText(path)
  if (text.trim() === '') throw new CredentialsFileError('invalid_json', path, 'is empty')
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // No cause: what JSON.parse throws quotes the text, which may be a private key.
    throw new CredentialsFileError('invalid_json', path, 'is not JSON')
  }
  if (isJsonObject(content)) return content
  throw new CredentialsFileError('invalid_json', path, 'holds no JSON object')
}

/** Whether a value out of a JSON text is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readText(path: string): string {
  let bytes: Uint8Array
  try {
    bytes = readBytes(path)
  } catch (cause) {
    if (cause instanceof CredentialsFileError) throw cause
    throw new CredentialsFileError('unreadable_file', path, 'cannot be read; check the path and its permissions', {
      cause,
    })
  }
  if (bytes.length > SIZE_LIMIT) {
    throw new CredentialsFileError('file_too_large', path, 'is larger than 1 MiB; check the path')
  }
  // Unlike Buffer's, it leaves out a byte order mark, which some editors write.
  return new TextDecoder().decode(bytes)
}

/** No more than shows that the file is too large. */
function readBytes(path: string): Uint8Array {
  // To open a pipe that nobody writes to would otherwise wait for a writer. Windows knows no such flag.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if (!fstatSync(file).isFile()) {
      throw new CredentialsFileError('not_a_file', path, 'is a folder, a device or a pipe; give the path of a file')
    }
    const buffer = new Uint8Array(SIZE_LIMIT + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(file, buffer, length, buffer.length - length, null)
    }
    return buffer.subarray(0, length)
  } finally {
    closeSync(file)
  }
}
