import type { Command } from '../command-line/command.ts'
import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { completedCommands } from '../completion/words.ts'
import { zshScript } from '../completion/zsh.ts'
import { UsageError } from '../errors.ts'

const scripts = new Map([
  ['bash', bashScript],
  ['zsh', zshScript],
  ['fish', fishScript],
])

/** Prints a script that completes the commands, itself among them. */
export function completionOf(others: readonly Command[]): Command {
  const completion: Command = {
    name: 'completion',
    description: 'Print a script of completions for bash, zsh or fish.',
    argument: { name: 'SHELL', isRequired: true, choices: [...scripts.keys()] },
    flags: {},
    run({ argument = '' }, { print }) {
      const script = scripts.get(argument)
      if (script === undefined) throw new UsageError(`Unknown shell: use ${[...scripts.keys()].join(', ')}`)
      print(script(completedCommands([...others, completion])))
      return 0
    },
  }
  return completion
}
