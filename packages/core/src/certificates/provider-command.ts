import { execFile, type ExecFileException } from 'node:child_process'

import { shownPath } from '../files/shown-path.ts'
import { systemError } from '../files/system-error.ts'
import { safeGet, ownProperties } from '../options/safe-get.ts'
import { ClientCertificateError } from './errors.ts'

/** A command that writes a client certificate and its key to its standard output. */
export interface ProviderCommand {
  /** The program and its arguments; no shell ever sees them. */
  readonly argv: readonly [program: string, ...args: string[]]
  /** The config file that names it, for messages. */
  readonly configPath: string
  /** In milliseconds; when it is over, the command is killed. */
  readonly timeout: number
}

const OUTPUT_LIMIT = 1024 * 1024

/**
 * Runs the command and gives its standard output.
 * @throws {ClientCertificateError} `provider_command_failed` or `provider_command_timeout`; never with that output.
 */
export function runProviderCommand(command: ProviderCommand): Promise<string> {
  const [program, ...args] = command.argv
  const { timeout } = command
  // Node hands a program also what its variables inherit, and by some variables a program can be made to run another one.
  const env = ownProperties(process.env)
  // One that ignores SIGTERM would keep the call waiting.
  const options = { env, timeout, killSignal: 'SIGKILL', maxBuffer: OUTPUT_LIMIT, windowsHide: true } as const
  return new Promise<string>((resolve, reject) => {
    const child = execFile(program, args, options, (error, output, complaint) => {
      if (error === null) resolve(output)
      else reject(failureOf(command, error, output === '' ? complaint : ''))
    })
    // There is nobody to ask, so a command that asks should hear so at once.
    child.stdin?.end()
  }).catch((error: unknown) => {
    // Node throws, and repeats, an argument that no program can be started with.
    throw error instanceof ClientCertificateError ? error : notStarted(command, error)
  })
}

/** The error for a command that did not do its part; `problem` continues the sentence that begins with it. */
export function commandFailed(
  command: ProviderCommand,
  problem: string,
  options?: ErrorOptions,
): ClientCertificateError {
  const message = `${nameOf(command)} ${problem}`
  return new ClientCertificateError('provider_command_failed', message, options)
}

/** Without Node's error, which repeats the arguments. */
function notStarted(command: ProviderCommand, error: unknown): ClientCertificateError {
  const cause = systemError(error)
  return commandFailed(command, `cannot be started (${cause.code}); check the path and its permissions`, { cause })
}

function nameOf({ argv, configPath }: ProviderCommand): string {
  return `the command ${shownPath(argv[0])}, which ${shownPath(configPath)} names,`
}

function failureOf(command: ProviderCommand, error: ExecFileException, complaint: string): ClientCertificateError {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return commandFailed(command, 'wrote more than 1 MiB')
  if (safeGet(error, 'killed') === true) {
    const message = `${nameOf(command)} took longer than ${command.timeout} ms and was killed`
    return new ClientCertificateError('provider_command_timeout', `${message}; run it by hand to see why`)
  }
  if (typeof error.code === 'string') {
    return notStarted(command, error)
  }
  // No cause: the message of Node's error is all that the command wrote to its standard error.
  const how = error.signal ? `was terminated by ${error.signal}` : `failed with exit code ${error.code}`
  return commandFailed(command, `${how}${quote(complaint)}; run it by hand to see why`)
}

/** The first line of what a command complained of, unless it may hold a piece of a key. */
function quote(complaint: string): string {
  const [line = ''] = complaint.trim().split(/[\r\n]/, 1)
  if (line === '' || /[A-Za-z0-9+/=]{40}/.test(line)) return ''
  return ` and wrote "${line.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)}"`
}
