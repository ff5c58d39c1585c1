#!/usr/bin/env node
import process from 'node:process'

import type { ExitCode } from './command-line/command.ts'
import { reportCrash, runProgram } from './program.ts'
import { openTerminal } from './terminal.ts'

const terminal = openTerminal(process.stdout, process.stderr)

// Notices are printed with the result, once; and what other warnings say is not this package's.
process.removeAllListeners('warning')
process.on('uncaughtException', error => exit(reportCrash(error, terminal)))
process.on('unhandledRejection', error => exit(reportCrash(error, terminal)))
// The reader of a pipe may have seen enough.
process.stdout.on('error', () => process.exit(0))

exit(await runProgram(process.argv.slice(2), terminal))

/** A connection that is still open, as to a server that never answers, must not keep the process. */
function exit(code: ExitCode): void {
  // A crash is not forgotten because the command went on.
  process.exitCode = Math.max(Number(process.exitCode ?? 0), code)
  process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}
