import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes a credentials file that only its owner can read.
 *
 * @param directory Where to; the name is a new one.
 * @param content What is written, as JSON.
 * @returns The path, for `credentialsFile`.
 */
export async function writeCredentials(directory: string, content: object): Promise<string> {
  const path = join(directory, `credentials-${randomUUID()}.json`)
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  return path
}
