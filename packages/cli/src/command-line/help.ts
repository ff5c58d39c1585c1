import type { Command } from './command.ts'

const PROGRAM = 'client-options'

/** The help of the program. */
export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, description }) => [name, description] as const)
  const lines = [
    `Usage: ${PROGRAM} COMMAND`,
    '',
    'Says where options of Google clients come from, and what is wrong with them.',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Options:',
    ...columns([
      ['--help', 'Print this, or after a command the help of the command.'],
      ['--version', 'Print the version.'],
    ]),
  ]
  return lines.join('\n')
}

/** The help of a command. */
export function commandHelp({ name, description, argument, flags }: Command): string {
  const shown = argument && (argument.isRequired ? argument.name : `[${argument.name}]`)
  const usage = [PROGRAM, name, shown, Object.keys(flags).length > 0 ? '[OPTIONS]' : undefined]
  const rows = Object.entries(flags).map(([flag, { value, description }]) => {
    return [['--' + flag, value].filter(part => part !== undefined).join(' '), description] as const
  })
  const lines = [
    `Usage: ${usage.filter(part => part !== undefined).join(' ')}`,
    '',
    description,
    ...(rows.length > 0 ? ['', 'Options:', ...columns(rows)] : []),
  ]
  return lines.join('\n')
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length))
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`)
}
