import { clientOptionsBrand } from './brand.ts'
import { checkContent, wrongKind } from './credentials-content.ts'
import type { ClientOptionsIssue } from './errors.ts'
import { type AnyField, checkText, type Exclusion, exclusionsOf, isUsual } from './fields.ts'
import { checkImpersonation } from './impersonation.ts'
import { describeKind, isMapping, lengthWithin } from './mapping.ts'
import { nearestOption } from './nearest.ts'
import { adviceForOtherName } from './other-names.ts'
import { clientTable, type OptionTable, ParsedOptions } from './parsed-options.ts'
import { HIDDEN } from './redact.ts'
import { safeGet } from './safe-get.ts'
import { shownKey } from './shown-key.ts'

/** Every problem of a mapping; `thrown` holds what its getters or traps threw. */
export interface Problems {
  readonly success: false
  readonly issues: readonly ClientOptionsIssue[]
  readonly thrown: readonly unknown[]
}

/** A hostile mapping may hold a million keys; the first few tell the user enough. */
const MAX_UNKNOWN_KEYS = 20
const MAX_ITEMS = 1000
const MARK_PROBLEM = 'is the redaction placeholder; pass the real value'
const CREDENTIALS = 'the content of a credentials file (a plain object, or its JSON text) or a function that returns it'

/**
 * Checks an untrusted mapping by the rows of a table, laid over `base` when that is given (then `null` takes an option out).
 * Every key is read once, and only what was read is checked and kept. Never throws.
 */
export function parse(
  input: unknown,
  base?: ParsedOptions,
  table: OptionTable = clientTable,
): ParsedOptions | Problems {
  const issues: ClientOptionsIssue[] = []
  const thrown: unknown[] = []
  const { shown, hidden } = (base ?? table.nothing).copy()
  const valuesWith = (field: AnyField) => (field.hidden ? hidden : shown)
  const given: AnyField[] = []
  let unknownKeys = 0

  for (const key of readKeys(input, issues, thrown)) {
    const field = typeof key === 'string' ? table.fieldByKey.get(key) : undefined
    if (field === undefined) {
      if (++unknownKeys <= MAX_UNKNOWN_KEYS) issues.push(unknownOption(key, table))
      continue
    }
    try {
      const value: unknown = Reflect.get(Object(input), key)
      if (value === undefined) continue
      if (value === null) {
        if (!given.includes(field)) valuesWith(field)[field.name] = undefined
      } else if (given.includes(field)) {
        issues.push(duplicateOption(field))
      } else {
        given.push(field)
        valuesWith(field)[field.name] = checkValue(field, value, issues)
      }
    } catch (error) {
      thrown.push(error)
      issues.push({ code: 'invalid_value', path: [field.name], message: 'could not be read; see the cause' })
    }
  }
  if (unknownKeys > MAX_UNKNOWN_KEYS) issues.push(moreUnknownOptions(unknownKeys - MAX_UNKNOWN_KEYS))
  const isSet = (field: AnyField) => valuesWith(field)[field.name] !== undefined
  // What was set before excludes nothing, so one of two that exclude each other is among these.
  for (const field of given) {
    for (const { pair, other } of exclusionsOf.get(field) ?? []) {
      const isBroken = isSet(other) && isSet(field) && !issues.some(issue => issue.options === pair)
      if (isBroken) issues.push(mutuallyExclusive(pair))
    }
  }
  // Each value was checked against the kind of its row, which the compiler cannot follow.
  return issues.length === 0
    ? new ParsedOptions(shown, hidden)
    : { success: false, issues: Object.freeze(issues), thrown }
}

/** The own keys of a mapping, or none and an issue. */
function readKeys(input: unknown, issues: ClientOptionsIssue[], thrown: unknown[]): readonly PropertyKey[] {
  try {
    if (isMapping(input)) {
      // What Reflect.ownKeys gives, in a fifth of the time.
      const symbols = Object.getOwnPropertySymbols(input)
      const names = Object.getOwnPropertyNames(input)
      return symbols.length === 0 ? names : [...names, ...symbols]
    }
    issues.push(notAMapping(`must be a plain object, but it is ${describeKind(input)}`, adviceForInput(input)))
  } catch (error) {
    thrown.push(error)
    issues.push(notAMapping('could not be read; see the cause'))
  }
  return []
}

function checkValue(field: AnyField, value: unknown, issues: ClientOptionsIssue[]): unknown {
  switch (field.kind) {
    case 'string':
      return checkString(field, value, issues)
    case 'strings':
      return checkStrings(field, value, issues)
    case 'number': {
      const problem = field.checkNumber?.(value)
      if (problem !== undefined) issues.push({ ...problem, path: [field.name] })
      return value
    }
    case 'function':
      if (typeof value === 'function') return value
      return refuseType(field, 'a function', value, issues)
    case 'credentials':
      return checkCredentials(field, value, issues)
    case 'tracerProvider':
      if (typeof safeGet(value, 'getTracer') === 'function') return value
      return refuseType(field, 'an OpenTelemetry tracer provider (an object with getTracer)', value, issues)
    case 'flag':
      if (typeof value === 'boolean') return value || undefined
      return refuseType(field, 'true or false', value, issues)
    case 'impersonation':
      return checkImpersonation(value, (code, path, message) =>
        issues.push({ code, path: [field.name, ...path], message }),
      )
  }
}

function checkString(
  field: AnyField,
  value: unknown,
  issues: ClientOptionsIssue[],
  index?: number,
): string | undefined {
  if (typeof value !== 'string') {
    const message = `must be a string, but it is ${describeKind(value)}`
    issues.push({ code: 'invalid_type', path: pathOf(field, index), message })
    return undefined
  }
  const message = problemOf(field, value)
  if (message !== undefined) issues.push({ code: 'invalid_value', path: pathOf(field, index), message })
  // What is wrong stays as it is: a row of an SDK need not expect it.
  return message === undefined && field.normalize !== undefined ? field.normalize(value) : value
}

function problemOf(field: AnyField, text: string): string | undefined {
  if (field.secret && text === HIDDEN) return MARK_PROBLEM
  if (isUsual(field, text)) return undefined
  return checkText(text) ?? field.check?.(text)
}

function checkStrings(field: AnyField, value: unknown, issues: ClientOptionsIssue[]): readonly unknown[] | undefined {
  if (!Array.isArray(value)) return refuseType(field, 'an array of strings', value, issues)
  const length = lengthWithin(value, MAX_ITEMS)
  if (length === undefined) {
    issues.push({ code: 'invalid_value', path: [field.name], message: `has more than ${MAX_ITEMS} items` })
    return undefined
  }
  const items: unknown[] = []
  for (let index = 0; index < length; index++) items.push(checkString(field, value[index], issues, index))
  // A slice has no room to grow, as an array that was pushed to has.
  return Object.freeze(items.slice())
}

function checkCredentials(field: AnyField, value: unknown, issues: ClientOptionsIssue[]): unknown {
  if (typeof value === 'function') return value
  if (typeof value !== 'string' && !isMapping(value)) {
    const wrong = typeof value === 'object' && value !== null ? wrongKind(value) : undefined
    return refuseType(field, CREDENTIALS, value, issues, wrong && `${wrong.kind}; ${wrong.advice}`)
  }
  const { content, problem } = checkContent(value)
  if (problem !== undefined) issues.push({ code: 'invalid_value', path: [field.name], message: problem })
  return content
}

function pathOf({ name }: AnyField, index: number | undefined): readonly PropertyKey[] {
  return index === undefined ? [name] : [name, index]
}

function refuseType(
  field: AnyField,
  wanted: string,
  value: unknown,
  issues: ClientOptionsIssue[],
  kind: string = describeKind(value),
): undefined {
  const message = `must be ${wanted}, but it is ${kind}`
  issues.push({ code: 'invalid_type', path: [field.name], message })
}

function notAMapping(problem: string, advice?: string): ClientOptionsIssue {
  const whatToDo = advice ?? "pass a plain object such as { apiEndpoint: 'host' }"
  return { code: 'not_a_mapping', path: [], message: `the mapping ${problem}; ${whatToDo}` }
}

/** Not `{ ...config }`, which loses what a class has as getters. */
function adviceForInput(input: unknown): string | undefined {
  if (input instanceof Map) return 'pass Object.fromEntries(map)'
  if (input === safeGet(safeGet(globalThis, 'process'), 'env')) {
    return 'name each variable, as in { quotaProjectId: process.env.QUOTA_PROJECT }'
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined
  return 'it has a class, so name each option, as in { apiEndpoint: config.apiEndpoint }'
}

function unknownOption(key: PropertyKey, table: OptionTable): ClientOptionsIssue {
  return {
    code: 'unknown_option',
    path: [typeof key === 'string' ? shownKey(key) : key],
    message: `${table.unknown}; ${adviceFor(key, table)}`,
  }
}

function adviceFor(key: PropertyKey, { candidates, names }: OptionTable): string {
  if (key === clientOptionsBrand)
    return 'it comes from a spread copy of a ClientOptions, which loses the secrets; use options.with({ ... })'
  const advice = typeof key === 'string' ? adviceForOtherName(key) : undefined
  if (advice !== undefined) return advice
  const nearest = typeof key === 'string' ? nearestOption(key, candidates) : undefined
  if (nearest !== undefined) return `did you mean ${nearest}?`
  return `the options are ${names.join(', ')}`
}

function moreUnknownOptions(count: number): ClientOptionsIssue {
  return { code: 'unknown_option', path: [], message: `the mapping has ${count} more keys that are not client options` }
}

function duplicateOption({ name, snakeName }: AnyField): ClientOptionsIssue {
  return { code: 'duplicate_option', path: [name], message: `is set as both ${name} and ${snakeName}; remove one` }
}

function mutuallyExclusive(pair: Exclusion): ClientOptionsIssue {
  const [one, other] = pair
  return {
    code: 'mutually_exclusive',
    path: [],
    message: `${one} and ${other} are mutually exclusive; set only one`,
    options: pair,
  }
}
