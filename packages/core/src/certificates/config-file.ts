import { readFileSync, statSync } from 'node:fs'

import { ClientCertificateError } from './errors.ts'

const SIZE_LIMIT = 1024 * 1024

/** A JSON object, of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** What ends every message about a config file. */
const WHAT_TO_DO = 'correct it, or set GOOGLE_API_USE_CLIENT_CERTIFICATE=false to use none'

/**
 * Reads a file that says where this machine's client certificate is. Synchronous, so it is bounded: a small regular file.
 * @throws {ClientCertificateError} `unreadable_file` or `invalid_certificate_config`.
 */
export function readConfigFile(path: string): JsonObject {
  const text = readText(path)
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // No cause: what JSON.parse throws quotes the text, and a path that is wrong may lead to a private key.
    throw invalidConfig(path, 'is not JSON')
  }
  if (isJsonObject(content)) return content
  throw invalidConfig(path, 'holds no JSON object')
}

/** The error for a config file that says something wrongly; `problem` continues the sentence that begins with it. */
export function invalidConfig(path: string, problem: string): ClientCertificateError {
  return new ClientCertificateError('invalid_certificate_config', `the config file ${path} ${problem}; ${WHAT_TO_DO}`)
}

/** Whether a value out of a JSON text is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readText(path: string): string {
  try {
    const stats = statSync(path)
    // Unlike Buffer's, this leaves out a byte order mark, which some editors write.
    if (stats.isFile() && stats.size <= SIZE_LIMIT) return new TextDecoder().decode(readFileSync(path))
  } catch (cause) {
    throw unreadable(path, 'cannot be read', { cause })
  }
  throw unreadable(path, 'is no regular file of at most 1 MiB')
}

function unreadable(path: string, problem: string, options?: ErrorOptions): ClientCertificateError {
  return new ClientCertificateError('unreadable_file', `the config file ${path} ${problem}; ${WHAT_TO_DO}`, options)
}
