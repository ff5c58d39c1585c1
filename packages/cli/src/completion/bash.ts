import type { CompletedCommand } from './words.ts'

/** Bash from 3.2 on, which macOS has; `compopt` came later, and only adds the slash after a directory. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `_client_options() {
  local IFS=$' \\t\\n' current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=
  if ((COMP_CWORD == 1)); then
    words='${commands.map(({ name }) => name).join(' ')} --help --version'
  else
    case "\${COMP_WORDS[1]} $previous" in
${commands.flatMap(valueCases).join('\n')}
    esac
    case "\${COMP_WORDS[1]}" in
${commands.map(wordsCase).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_client_options_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$1"))
}
complete -F _client_options client-options`
}

function valueCases({ name, flags }: CompletedCommand): readonly string[] {
  return flags
    .filter(({ value }) => value !== undefined)
    .map(flag => {
      const action = flag.value === 'FILE' ? '_client_options_files "$current"; return' : 'return'
      return `      '${name} --${flag.name}') ${action} ;;`
    })
}

function wordsCase({ name, flags, argument }: CompletedCommand): string {
  const options = [...flags.map(flag => `--${flag.name}`), '--help'].join(' ')
  const other =
    argument === 'files' ? '_client_options_files "$current"; return' : `words='${(argument ?? []).join(' ')}'`
  return `      ${name}) if [[ $current == -* ]]; then words='${options}'; else ${other}; fi ;;`
}
