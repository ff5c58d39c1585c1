import type { CompletedCommand } from './words.ts'

/** One line for each thing that can be completed. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, flags, argument }) => {
    const after = `-n '__fish_seen_subcommand_from ${name}'`
    return [
      `-n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
      ...flags.map(flag => `${after} -l ${flag.name} -d ${quote(flag.description)}${valueOf(flag.value)}`),
      ...(argument === 'files' ? [`${after} -F`] : []),
      ...(argument !== undefined && argument !== 'files' ? [`${after} -a ${quote(argument.join(' '))}`] : []),
    ]
  })
  return ['-f', ...lines].map(line => `complete -c client-options ${line}`).join('\n')
}

function valueOf(value: string | undefined): string {
  if (value === undefined) return ''
  return value === 'FILE' ? ' -r -F' : ' -x'
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
