import { createRequire } from 'node:module'
import { join } from 'node:path'

/** A program that runs JavaScript, and its arguments before the script. */
type Runtime = readonly [path: string, ...args: string[]]

// Binaries, which the registry has in packages for each platform, without a script to install them.
const runtimes: Readonly<Record<string, Runtime>> = {
  Bun: [binary('bun', `@oven/bun-${process.platform}-${process.arch}`, 'bin/bun')],
  Deno: [binary('deno', `@deno/${process.platform}-${process.arch}${libc()}`, 'deno'), 'run', '--allow-all'],
}

export const runtimeNames: readonly string[] = Object.keys(runtimes)

/** The command and arguments that run a script on Bun or Deno. */
export function onRuntime(name: string, script: string): [command: string, args: string[]] {
  const [path, ...args] = runtime(name)
  return [path, [...args, script]]
}

/** The program itself, which is a package manager as well. */
export function runtimePath(name: string): string {
  return runtime(name)[0]
}

function runtime(name: string): Runtime {
  const found = runtimes[name]
  if (found === undefined) throw new Error(`There is no runtime ${name}`)
  return found
}

function binary(runtime: string, platform: string, file: string): string {
  const installed = createRequire(import.meta.url).resolve(`${runtime}/package.json`)
  return join(createRequire(installed).resolve(`${platform}/package.json`), '..', file)
}

function libc(): string {
  return process.platform === 'linux' ? '-glibc' : ''
}
