import { readFileSync } from 'node:fs'

import type { Command, ExitCode } from './command-line/command.ts'
import { commandHelp, programHelp } from './command-line/help.ts'
import { parseInput } from './command-line/parse.ts'
import { completionOf } from './commands/completion.ts'
import { doctor } from './commands/doctor.ts'
import { explain } from './commands/explain.ts'
import { schema } from './commands/schema.ts'
import { validate } from './commands/validate.ts'
import { codeOf, shownError, UsageError } from './errors.ts'
import type { Terminal } from './terminal.ts'

const others: readonly Command[] = [explain, doctor, validate, schema]
/** Every command. */
export const commands: readonly Command[] = [...others, completionOf(others)]

/** Runs a command; errors are printed, and become exit codes. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await dispatch(args, terminal)
  } catch (error) {
    return reportError(error, terminal)
  }
}

async function dispatch([name, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (name === '--version') {
    terminal.print(manifest().version)
    return 0
  }
  if (name === '--help' || name === '-h') {
    terminal.print(programHelp(commands))
    return 0
  }
  const command = commands.find(candidate => candidate.name === name)
  if (command === undefined) {
    const problem = name === undefined ? 'A command is needed' : 'Unknown command'
    throw new UsageError(`${problem}: ${commands.map(({ name }) => name).join(', ')}`)
  }
  if (rest.some(arg => arg === '--help' || arg === '-h')) {
    terminal.print(commandHelp(command))
    return 0
  }
  return command.run(parseInput(command, rest), terminal)
}

function reportError(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof UsageError) {
    terminal.note(`${error.message}\nRun client-options --help for what there is.`)
    return 2
  }
  const shown = shownError(error)
  if (shown === undefined) return reportCrash(error, terminal)
  terminal.note(shown.docs === undefined ? shown.message : `${shown.message}\nSee ${shown.docs}`)
  return 1
}

const builtIn = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'AggregateError'])

/** Nothing of the error's message and stack is printed: they are not this package's, and may hold a secret. */
export function reportCrash(error: unknown, terminal: Terminal): ExitCode {
  const name = error instanceof Error && builtIn.has(error.name) ? error.name : 'Error'
  const code = codeOf(error)
  const kind = code !== undefined && /^E[A-Z_]{2,40}$/.test(code) ? `${name} ${code}` : name
  terminal.note(`client-options has failed (${kind}). Its message is not shown, since it may hold a secret.`)
  terminal.note(`Please report this, with the command that you ran: ${manifest().bugs.url}`)
  return 3
}

function manifest(): { readonly version: string; readonly bugs: { readonly url: string } } {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
}
