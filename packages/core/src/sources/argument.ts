import { nearestName } from '../options/nearest.ts'
import { ownProperties } from '../options/safe-get.ts'
import { shownKey } from '../options/shown-key.ts'
import { OptionsSourceError, type OptionsSourceIssue } from './errors.ts'

/**
 * Reads the properties of an argument, each once. A misspelt one would lead to other options than the caller means.
 * @throws {OptionsSourceError} naming every property that is unknown.
 */
export function readArgument<Argument extends object>(
  argument: Argument,
  known: readonly (keyof Argument & string)[],
): Argument {
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) {
    const message = `is missing; pass an object with ${known.join(', ')}`
    throw new OptionsSourceError([{ code: 'invalid_type', property: known[0], message }])
  }
  const unknown = Object.keys(argument).filter(name => !known.some(it => it === name))
  const issues = unknown.map((name): OptionsSourceIssue => {
    const nearest = nearestName(name, known)
    const advice = nearest === undefined ? `use ${known.join(', ')}` : `did you mean ${nearest}?`
    return { code: 'unknown_option', property: shownKey(name), message: `is not known here; ${advice}` }
  })
  if (issues.length > 0) throw new OptionsSourceError(issues)
  return ownProperties(argument)
}

/**
 * A name that an argument may have; `null` and `undefined` mean that it does not.
 * @throws {OptionsSourceError} when it is anything else.
 */
export function nameIn(value: unknown, property: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value !== '') return value
  throw new OptionsSourceError([{ code: 'invalid_type', property, message: 'must be a string that is not empty' }])
}
