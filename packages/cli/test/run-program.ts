import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { temporaryFolder } from '@client-options/loopback'
import { onTestFinished } from 'vitest'

/** The program as it is published. */
export const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** How a process ended, and all that it wrote. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A directory with files, and the program run in it, in a process. */
export interface Workspace {
  readonly path: string
  /** Writes a file, and returns its path. */
  readonly write: (name: string, content: string | object) => Promise<string>
  readonly run: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Ended>
}

/** Opens one for the time of a test. */
export async function openWorkspace(): Promise<Workspace> {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const home = join(folder.path, 'home')
  await mkdir(home)

  async function write(name: string, content: string | object): Promise<string> {
    const path = join(folder.path, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
    return path
  }

  async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder.path,
      env: { ...process.env, HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code, stdout, stderr }
  }
  return { path: folder.path, write, run }
}
