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

/** Whether another file is there now, or the same one with another content. */
export async function hasChanged({ paths, stamp }: FileState): Promise<boolean> {
  return (await fileState(paths)).stamp !== stamp
}

/**
 * Which file a path leads to, links followed, with its time and size: renaming a file over another changes it, and so
 * does swapping a link on the way, as Kubernetes and SPIFFE helpers do.
 */
async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, mtimeMs, size } = await stat(path)
    return `${dev}:${ino}:${mtimeMs}:${size}`
  } catch {
    return 'missing'
  }
}
