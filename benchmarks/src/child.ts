import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/**
 * Runs a script of this folder in a process of its own, and gives what it prints as JSON. Its standard error is ours.
 * `--expose-gc` lets it begin each measurement with an empty young generation.
 */
export async function runChild<Result>(script: string, ...parameters: readonly string[]): Promise<Result> {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--expose-gc', file, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
  const printed = await text(child.stdout)
  const code = await closed
  if (code !== 0) throw new Error(`${script} ${parameters.join(' ')} ended with ${code}`)
  const result: Result = JSON.parse(printed)
  return result
}
