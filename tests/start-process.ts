import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

import { onTestFinished } from 'vitest'

/** A process of an application. */
export interface Started {
  /** The next line that it writes to stdout; throws when it has ended. */
  nextLine(): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** Waits for its end, by an exit code or a signal, with the lines that were not asked for and what went to stderr. */
  end(): Promise<{ by: number | NodeJS.Signals; lines: string[]; stderr: string }>
}

/** Starts an application, for the time of a test at most. */
export function start(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env): Started {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const stderr = text(child.stderr)
  const closed = once(child, 'close')
  return {
    async nextLine() {
      const { done, value } = await lines.next()
      if (done) throw new Error(`${script} has ended\n${await stderr}`)
      return value
    },
    kill: signal => void child.kill(signal),
    async end() {
      const [code, signal] = await closed
      const rest: string[] = []
      for (let line = await lines.next(); !line.done; line = await lines.next()) rest.push(line.value)
      return { by: signal ?? code, lines: rest, stderr: await stderr }
    },
  }
}
