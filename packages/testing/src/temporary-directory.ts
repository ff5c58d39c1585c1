import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory that is removed with all that is in it when it is disposed of. */
export interface TemporaryDirectory extends AsyncDisposable {
  /** Where it is, an absolute path. */
  readonly path: string
  /** Removes it; the same as to dispose of it. */
  remove(): Promise<void>
}

/** Makes a directory in the system's directory for temporary files. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  // The real path, since a client may report that one where the system's directory is a link (macOS).
  const path = await mkdtemp(join(await realpath(tmpdir()), 'client-options-'))
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true })
  return { path, remove, [Symbol.asyncDispose]: remove }
}
