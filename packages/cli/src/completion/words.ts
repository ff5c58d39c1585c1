import type { Command } from '../command-line/command.ts'

/** What a script of completions is made from. */
export interface CompletedCommand {
  readonly name: string
  readonly description: string
  readonly flags: readonly { readonly name: string; readonly value: string | undefined; readonly description: string }[]
  /** What the argument may be; `files` for a path. */
  readonly argument: readonly string[] | 'files' | undefined
}

/** What can be completed after each command. */
export function completedCommands(commands: readonly Command[]): readonly CompletedCommand[] {
  return commands.map(({ name, description, flags, argument }) => ({
    name,
    description,
    flags: Object.entries(flags).map(([flag, { value, description }]) => ({ name: flag, value, description })),
    argument: argument && (argument.name === 'FILE' ? 'files' : (argument.choices ?? [])),
  }))
}
