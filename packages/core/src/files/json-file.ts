import { type FileFault, readSmallFileSync } from './small-file.ts'

/** A JSON object, of which nothing is known yet. It inherits nothing: what a file does not say must not be found elsewhere. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Why a file holds no JSON object that can be read. */
export type JsonFileFault = FileFault | 'invalid_json'

/** Makes the error of a fault; `problem` continues a sentence that begins with the file. */
export type JsonFileError = (fault: JsonFileFault, problem: string, options?: ErrorOptions) => Error

/**
 * Reads a JSON object out of a small regular file.
 * @throws What `errorOf` makes of a fault.
 */
export function readJsonFile(path: string, errorOf: JsonFileError): JsonObject {
  return parseJsonObject(readSmallFileSync(path, errorOf), errorOf)
}

/**
 * Parses a JSON object, as it stands in a file.
 * @throws What `errorOf` makes of a fault.
 */
export function parseJsonObject(text: string, errorOf: JsonFileError): JsonObject {
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
