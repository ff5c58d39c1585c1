import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { type Environment, readVariable } from '../options/environment.ts'

/** The path of a program that can be run, found as `child_process.spawn` finds it: by its path, or in `PATH`. */
export function findProgram(name: string, environment: Environment): string | undefined {
  if (/[/\\]/.test(name)) return extended(name).find(isProgram)
  const folders = (readVariable(environment, 'PATH') ?? '').split(delimiter)
  return folders.flatMap(folder => extended(join(folder, name))).find(isProgram)
}

/** Windows adds what a program may be called without. */
function extended(path: string): readonly string[] {
  return process.platform === 'win32' ? [path, `${path}.exe`, `${path}.com`] : [path]
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
