import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** A JSON object, of which nothing is known yet. It inherits nothing: what a file does not say must not be found elsewhere. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Why a file gives no JSON object. */
export type JsonFileFault = 'unreadable_file' | 'not_a_file' | 'file_too_large' | 'invalid_json'

/** Makes the error of a fault; `problem` continues a sentence that begins with the file. */
export type JsonFileError = (fault: JsonFileFault, problem: string, options?: ErrorOptions) => Error

/** What is read here has a few kilobytes. */
const SIZE_LIMIT = 1024 * 1024

/**
 * Reads a JSON object out of a file. Synchronous, so what could block or never end is not read.
 * @throws What `errorOf` makes of a fault.
 */
export function readJsonFile(path: string, errorOf: JsonFileError): JsonObject {
  const text = readText(path, errorOf)
  if (text.trim() === '') throw errorOf('invalid_json', 'is empty')
  let content: unknown
  try {
    content = parseJson(text)
  } catch {
    // No cause: what JSON.parse throws quotes the text, which may be a private key.
    throw errorOf('invalid_json', 'is not JSON')
  }
  if (isJsonObject(content)) return content
  throw errorOf('invalid_json', 'holds no JSON object')
}

/** As `JSON.parse`, but with objects that inherit nothing. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) => (isJsonObject(value) ? Object.setPrototypeOf(value, null) : value))
}

/** Whether a value out of a JSON text is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readText(path: string, errorOf: JsonFileError): string {
  let bytes: Uint8Array | undefined
  try {
    bytes = readBytes(path)
  } catch (cause) {
    throw errorOf('unreadable_file', 'cannot be read; check the path and its permissions', { cause })
  }
  if (bytes === undefined) throw errorOf('not_a_file', 'is a folder, a device or a pipe; give the path of a file')
  if (bytes.length > SIZE_LIMIT) throw errorOf('file_too_large', 'is larger than 1 MiB; check the path')
  // Unlike Buffer's, it leaves out a byte order mark, which some editors write.
  return new TextDecoder().decode(bytes)
}

/** No more than shows that the file is too large, and nothing of what is no file. */
function readBytes(path: string): Uint8Array | undefined {
  // To open a pipe that nobody writes to would otherwise wait for a writer. Windows knows no such flag.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if (!fstatSync(file).isFile()) return undefined
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
