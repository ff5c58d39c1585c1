import type { Terminal } from '../terminal.ts'

/** An option of a command. */
export interface Flag {
  /** What it takes, as the help calls it; a switch takes nothing. */
  readonly value?: 'FILE' | 'NAME' | 'PREFIX' | 'SECONDS'
  readonly description: string
}

/** The argument of a command. */
export interface Argument {
  /** As the help calls it. */
  readonly name: 'SERVICE' | 'FILE' | 'SHELL'
  readonly isRequired: boolean
  /** What completions suggest; all that it may be, where it is required. */
  readonly choices?: readonly string[]
}

/** What the user has typed after the name of a command. */
export interface Input {
  readonly argument: string | undefined
  /** The value of a flag. */
  readonly value: (flag: string) => string | undefined
  /** Whether a switch is set. */
  readonly has: (flag: string) => boolean
}

/** What is known of a command: it is parsed, explained and completed by this. */
export interface Command {
  readonly name: string
  readonly description: string
  readonly argument?: Argument
  readonly flags: Readonly<Record<string, Flag>>
  /** Returns an exit code. */
  readonly run: (input: Input, terminal: Terminal) => ExitCode | Promise<ExitCode>
}

/** How the program ends: README.md explains each. */
export type ExitCode = 0 | 1 | 2 | 3
