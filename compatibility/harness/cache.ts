import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { pathOf } from './frameworks.ts'

const cache = pathOf('node_modules/.cache/compatibility')
const filled = new Map<string, Promise<string>>()

/**
 * A folder that `fill` has filled, now or in an earlier run. `key` is all that its content depends on: with another key
 * the folder is another one, so nothing in it is ever out of date.
 */
export function cachedFolder(name: string, key: unknown, fill: (folder: string) => Promise<void>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(key)).digest('hex')
  const folder = join(cache, `${name.replaceAll(/[^\w.]+/g, '-')}-${hash.slice(0, 12)}`)
  // Also what failed is kept, for this run: npm would only fail again.
  const found = filled.get(folder) ?? (existsSync(folder) ? Promise.resolve(folder) : fillFolder(folder, fill))
  filled.set(folder, found)
  return found
}

/** Filled elsewhere and then renamed, so that a run that was cut off leaves no half of a folder. */
async function fillFolder(folder: string, fill: (folder: string) => Promise<void>): Promise<string> {
  await mkdir(cache, { recursive: true })
  const under = await mkdtemp(join(cache, 'filling-'))
  try {
    await fill(under)
    await rename(under, folder)
  } finally {
    await rm(under, { recursive: true, force: true })
  }
  return folder
}
