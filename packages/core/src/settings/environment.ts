import { type Environment, readVariable } from '../options/environment.ts'
import { checkText, fields } from '../options/fields.ts'
import { checkImpersonation, impersonationOfText } from '../options/impersonation.ts'
import { safeGet } from '../options/safe-get.ts'
import type { Impersonation, OptionName } from '../options/types.ts'
import { ClientSettingsError } from './errors.ts'
import type { Origin, Resolved } from './origin.ts'

/** The process's own variables, where the runtime has a process. */
export function processEnvironment(): Environment {
  const env = safeGet(safeGet(globalThis, 'process'), 'env')
  return isEnvironment(env) ? env : {}
}

function isEnvironment(value: unknown): value is Environment {
  return typeof value === 'object' && value !== null
}

/** One of a few known words, in any case. */
export function readWord<Word extends string>(
  environment: Environment,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = readVariable(environment, name)?.toLowerCase()
  if (text === undefined) return undefined
  const word = words.find(candidate => candidate === text)
  if (word === undefined) throw invalidEnvironment(name, `must be ${words.join(' or ')}`)
  return word
}

/**
 * The value of the variable that stands in for an option, held to the option's own rule.
 * @param names The variables, of which the first that is set counts; those of the option table when left out.
 */
export function readOption(
  environment: Environment,
  option: OptionName,
  names: readonly string[] = fields[option].environment,
): Resolved<string> | undefined {
  const { check, normalize } = fields[option]
  const name = firstVariable(environment, names)
  const text = name && readVariable(environment, name)
  if (name === undefined || text === undefined) return undefined
  const problem = checkText(text) ?? check?.(text)
  if (problem !== undefined) throw invalidEnvironment(name, problem)
  return { value: normalize === undefined ? text : normalize(text), origin: `environment:${name}` }
}

/** The service account that the environment says to act as. */
export function readImpersonation(environment: Environment): Resolved<Impersonation> | undefined {
  const name = firstVariable(environment, fields.impersonate.environment)
  const text = name && readVariable(environment, name)
  if (name === undefined || text === undefined) return undefined
  const value = checkImpersonation(impersonationOfText(text), (_code, _path, problem) => {
    throw invalidEnvironment(name, problem)
  })
  return value && { value, origin: `environment:${name}` }
}

/** The first of some variables that is set. */
export function firstVariable(environment: Environment, names: readonly string[]): string | undefined {
  return names.find(name => readVariable(environment, name) !== undefined)
}

/** Whether an origin is one of the variables that stand in for an option. */
export function isFromVariable(option: OptionName, origin: Origin | undefined): boolean {
  return fields[option].environment.some(name => origin === `environment:${name}`)
}

/** The error of a variable whose value, which it does not repeat, cannot be used. */
export function invalidEnvironment(name: string, problem: string): ClientSettingsError {
  return new ClientSettingsError(
    'invalid_environment',
    `The environment variable ${name} ${problem}; correct it, or unset it`,
  )
}
