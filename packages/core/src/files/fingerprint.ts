import { type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'

/** Some files as they were at one time. */
export interface FileState {
  readonly paths: readonly string[]
  readonly stamp: string
}

/** The state of no files, which never changes. */
export const noFiles: FileState = { paths: [], stamp: '' }

/** Looks at files, to be told later whether they have changed since. */
export async function fileState(paths: readonly string[]): Promise<FileState> {
  return paths.length === 0 ? noFiles : { paths, stamp: (await Promise.all(paths.map(fingerprint))).join(' ') }
}

/** The same without waiting for it. */
export function fileStateSync(paths: readonly string[]): FileState {
  return { paths, stamp: paths.map(fingerprintSync).join(' ') }
}

/** Whether another file is there now, or the same one with another content. */
export async function hasChanged({ paths, stamp }: FileState): Promise<boolean> {
  return (await fileState(paths)).stamp !== stamp
}

/**
 * Which file a path leads to, links followed, with its time and size: renaming a file over another changes it, and so
 * does swapping a link on the way, as Kubernetes and SPIFFE helpers do.
 */
async function fingerprint(path: string): Promise<string> {
  return fingerprintOf(await stat(path).catch(() => undefined))
}

function fingerprintSync(path: string): string {
  try {
    return fingerprintOf(statSync(path, { throwIfNoEntry: false }))
  } catch {
    return fingerprintOf(undefined)
  }
}

function fingerprintOf(stats: Stats | undefined): string {
  return stats === undefined ? 'missing' : `${stats.dev}:${stats.ino}:${stats.mtimeMs}:${stats.size}`
}
