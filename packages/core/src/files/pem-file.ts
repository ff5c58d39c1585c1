import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** A certificate with its chain, or a key, has some kilobytes. */
const SIZE_LIMIT = 1024 * 1024

/** Makes the error for a file that cannot be read. */
export type PemFileError = (message: string, options?: ErrorOptions) => Error

/**
 * Reads a PEM file. Only a small regular file is read: a device may never end, and a pipe never begin.
 * @throws What `errorOf` makes of the problem.
 */
export async function readPemFile(path: string, errorOf: PemFileError): Promise<string> {
  let text: string | undefined
  try {
    text = await readText(path)
  } catch (cause) {
    throw errorOf(`the file ${path} cannot be read`, { cause })
  }
  if (text !== undefined) return text
  throw errorOf(`${path} is not a regular file of at most 1 MiB`)
}

async function readText(path: string): Promise<string | undefined> {
  // Otherwise opening a pipe would wait for a writer. Windows does not have this flag.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await file.stat()
    return stats.isFile() && stats.size <= SIZE_LIMIT ? await file.readFile('utf8') : undefined
  } finally {
    await file.close()
  }
}
