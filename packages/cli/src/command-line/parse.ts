import { parseArgs } from 'node:util'

import { UsageError } from '../errors.ts'
import type { Argument, Command, Flag, Input } from './command.ts'

/**
 * Reads the arguments of a command.
 * @throws {UsageError} that names the option, and no value.
 */
export function parseInput({ name: command, argument, flags }: Command, args: readonly string[]): Input {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { value }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string' } as const,
    ]),
  )
  // Not strict, since its errors would repeat what was typed.
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true })
  const values = new Map<string, string | undefined>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, value, inlineValue } = token
    checkOption(name, Object.hasOwn(flags, name) ? flags[name] : undefined, value, inlineValue === true)
    if (values.has(name)) throw new UsageError(`--${name} is set twice; set it once`)
    values.set(name, value)
  }
  checkPositionals(command, argument, positionals)
  return { argument: positionals[0], value: flag => values.get(flag), has: flag => values.has(flag) }
}

function checkOption(name: string, flag: Flag | undefined, value: string | undefined, isInline: boolean): void {
  if (flag === undefined) {
    throw new UsageError(`Unknown option ${/^[a-z][a-z-]{0,24}$/.test(name) ? `--${name}` : '[hidden]'}`)
  }
  if (flag.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${name} does not take a value`)
  } else if (value === undefined || value === '' || (!isInline && value.startsWith('-'))) {
    throw new UsageError(`--${name} needs a value: --${name} ${flag.value}`)
  }
}

function checkPositionals(command: string, argument: Argument | undefined, positionals: readonly string[]): void {
  const [first] = positionals
  if (first === undefined) {
    if (argument?.isRequired === true) throw new UsageError(`${command} needs an argument: ${usageOf(argument)}`)
    return
  }
  if (argument === undefined) throw new UsageError(`${command} does not take an argument`)
  if (positionals.length > 1) throw new UsageError(`${command} takes one argument: ${usageOf(argument)}`)
}

function usageOf({ name, isRequired, choices }: Argument): string {
  return isRequired && choices !== undefined ? choices.join(', ') : name
}
