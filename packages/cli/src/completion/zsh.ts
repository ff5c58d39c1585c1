import type { CompletedCommand } from './words.ts'

/** As a file in `$fpath`, where the function is called at once, or sourced. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef client-options
_client_options() {
  local -a commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${commands.map(argumentsCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = _client_options ]; then
  _client_options "$@"
else
  compdef _client_options client-options
fi`
}

function argumentsCase({ name, flags, argument }: CompletedCommand): string {
  const specifications = [
    ...flags.map(flag => `--${flag.name}[${flag.description.replaceAll(/[[\]\\:]/g, '\\$&')}]${valueOf(flag.value)}`),
    '--help[Print the help of this command.]',
    ...(argument === undefined ? [] : [`1:argument:${argument === 'files' ? '_files' : `(${argument.join(' ')})`}`]),
  ]
  return `    ${name}) _arguments ${specifications.map(quote).join(' ')} ;;`
}

function valueOf(value: string | undefined): string {
  if (value === undefined) return ''
  return value === 'FILE' ? ':file:_files' : `:${value.toLowerCase()}:`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
