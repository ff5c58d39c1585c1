import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

import { ClientCertificateError } from '../certificates/errors.ts'

/** A certificate with its chain, or a key, has some kilobytes. */
const SIZE_LIMIT = 1024 * 1024

/**
 * Reads a file of PEM. What is no small regular file is not read: a device may never end, and a pipe never begin.
 * @throws {ClientCertificateError} `unreadable_file`.
 */
export async function readPemFile(path: string): Promise<string> {
  let text: string | undefined
  try {
    text = await readText(path)
  } catch (cause) {
    throw new ClientCertificateError('unreadable_file', `the file ${path} cannot be read`, { cause })
  }
  if (text !== undefined) return text
  throw new ClientCertificateError('unreadable_file', `${path} is no regular file of at most 1 MiB`)
}

async function readText(path: string): Promise<string | undefined> {
  // To open a pipe that nobody writes to would otherwise wait for a writer. Windows knows no such flag.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await file.stat()
    return stats.isFile() && stats.size <= SIZE_LIMIT ? await file.readFile('utf8') : undefined
  } finally {
    await file.close()
  }
}
