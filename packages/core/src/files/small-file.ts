import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

import { systemError } from './system-error.ts'

/** Why a file is not read. */
export type FileFault = 'unreadable_file' | 'not_a_file' | 'file_too_large'

/** Makes the error of a fault; `problem` continues a sentence that begins with the file. */
export type FileError = (fault: FileFault, problem: string, options?: ErrorOptions) => Error

/** Credentials, certificates and keys have a few kilobytes. */
const SIZE_LIMIT = 1024 * 1024

/** Opening a pipe that nobody writes to would otherwise wait for a writer. Windows does not have this flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a regular file of at most 1 MiB as text. Nothing else is read: a device may never end, and a pipe never begin.
 * @throws What `errorOf` makes of the fault. Its cause does not repeat the path, which may be a secret in the wrong place.
 */
export function readSmallFileSync(path: string, errorOf: FileError): string {
  const file = attempt(() => openSync(path, FLAGS), errorOf)
  try {
    const stats = attempt(() => fstatSync(file), errorOf)
    checkStats(stats, errorOf)
    const bytes = attempt(() => readBytes(file), errorOf)
    return textOf(bytes, errorOf)
  } finally {
    closeSync(file)
  }
}

/** Does the same without waiting for the disk. */
export async function readSmallFile(path: string, errorOf: FileError): Promise<string> {
  const refuse = (error: unknown) => {
    throw unreadable(error, errorOf)
  }
  const file = await open(path, FLAGS).catch(refuse)
  try {
    checkStats(await file.stat().catch(refuse), errorOf)
    return textOf(await readAll(file).catch(refuse), errorOf)
  } finally {
    await file.close()
  }
}

function attempt<Result>(act: () => Result, errorOf: FileError): Result {
  try {
    return act()
  } catch (error) {
    throw unreadable(error, errorOf)
  }
}

function checkStats(stats: Stats, errorOf: FileError): void {
  if (!stats.isFile()) throw errorOf('not_a_file', 'is a directory, a device or a pipe; use the path of a regular file')
  if (stats.size > SIZE_LIMIT) throw tooLarge(errorOf)
}

/** One byte over the limit at most: a file may grow, and files of the system do not say how large they are. */
function readBytes(file: number): Uint8Array {
  const buffer = new Uint8Array(SIZE_LIMIT + 1)
  let length = 0
  for (let read = -1; read !== 0 && length < buffer.length; length += read) {
    read = readSync(file, buffer, length, buffer.length - length, null)
  }
  return buffer.subarray(0, length)
}

async function readAll(file: FileHandle): Promise<Uint8Array> {
  const buffer = new Uint8Array(SIZE_LIMIT + 1)
  let length = 0
  for (let read = -1; read !== 0 && length < buffer.length; length += read) {
    ;({ bytesRead: read } = await file.read(buffer, length, buffer.length - length, null))
  }
  return buffer.subarray(0, length)
}

function textOf(bytes: Uint8Array, errorOf: FileError): string {
  if (bytes.length > SIZE_LIMIT) throw tooLarge(errorOf)
  // Unlike Buffer's, it leaves out a byte order mark, which some editors write.
  return new TextDecoder().decode(bytes)
}

function tooLarge(errorOf: FileError): Error {
  return errorOf('file_too_large', 'is larger than 1 MiB; check the path')
}

function unreadable(error: unknown, errorOf: FileError): Error {
  const cause = systemError(error)
  return errorOf('unreadable_file', `cannot be read (${cause.code}); check the path and its permissions`, { cause })
}
