import type { ClientOptionsIssue } from './errors.ts'
import { type AnyField, fieldList, fieldOf, type FieldRow } from './fields.ts'
import { describeKind } from './mapping.ts'
import { ownProperties } from './safe-get.ts'
import type { ClientOptionsInput, OptionName, SnakeCase } from './types.ts'

/** A string option of a client of your own. */
export interface StringOption {
  /** Such a string is one line: not empty, without whitespace around it, without control characters. */
  readonly kind: 'string'
  /** Returns what is wrong with a string and what to do, or `undefined`. Do not repeat a secret. */
  readonly check?: ((text: string) => string | undefined) | undefined
  /** Returns the one form of a string that `check` accepts. */
  readonly normalize?: ((text: string) => string) | undefined
  /** Whether the value is never shown. */
  readonly secret?: boolean | undefined
}

/** As {@link StringOption}, for an array of strings; the functions get each element. */
export interface StringsOption extends Omit<StringOption, 'kind'> {
  /** At most 1000 strings, each as a string option has it. */
  readonly kind: 'strings'
}

/** An option that is one of a few strings. */
export interface ChoiceOption {
  /** A string. */
  readonly kind: 'choice'
  /** The strings that are accepted. They are the option's type. */
  readonly values: readonly string[]
}

/** A number option. */
export interface NumberOption {
  /** A finite number, or an integer that a number holds exactly. */
  readonly kind: 'number' | 'integer'
  /** Returns what is wrong with a number and what to do, or `undefined`. */
  readonly check?: ((value: number) => string | undefined) | undefined
}

/** An option that is on or not: `true`, or `false`, which means that it is not set. */
export interface FlagOption {
  /** A boolean. */
  readonly kind: 'flag'
}

/**
 * A function option. State its type where you define it: `const onRetry: FunctionOption<(tries: number) => void> = { kind:
 * 'function' }`.
 */
export interface FunctionOption<Value extends (...args: never) => unknown = (...args: never) => unknown> {
  /** A function, which is kept as it is. */
  readonly kind: 'function'
  /** The type of the function; no value is expected here. */
  readonly type?: Value
}

/** A row that {@link extendClientOptions} adds to the table of client options. Each option can be left out. */
export type OwnOption = StringOption | StringsOption | ChoiceOption | NumberOption | FlagOption | FunctionOption

/** The rows of a client's own options, by camelCase name. No client option has such a name. */
export type OwnOptions = Readonly<Record<string, OwnOption>> & {
  readonly [Name in OptionName | ReservedName | `${string}_${string}`]?: never
}

/** What every result of {@link extendClientOptions} has. */
type ReservedName = 'clientOptions' | 'with' | 'toJSON'

/** The type of an own option once it is checked. */
export type OwnOptionValue<Row> = Row extends { readonly kind: 'string' }
  ? string
  : Row extends { readonly kind: 'strings' }
    ? readonly string[]
    : Row extends { readonly kind: 'choice'; readonly values: readonly (infer Value)[] }
      ? Value
      : Row extends { readonly kind: 'number' | 'integer' }
        ? number
        : Row extends { readonly kind: 'flag' }
          ? true
          : Row extends FunctionOption<infer Value>
            ? Value
            : never

/** The own options once they are checked: each is `undefined` when it is not set. */
export type OwnOptionValues<Own> = { readonly [Name in keyof Own]: OwnOptionValue<Own[Name]> | undefined }

/** A mapping of client options and own options together, each in camelCase or snake_case; or a `ClientOptions`. */
export type ExtendedOptionsInput<Own> = ClientOptionsInput & {
  readonly [Name in keyof Own]?: OwnInput<Own[Name]>
} & { readonly [Name in keyof Own as Name extends string ? SnakeCase<Name> : never]?: OwnInput<Own[Name]> }

/** What is accepted for an own option; `null` and `undefined` mean that it is not set. */
type OwnInput<Row> = (Row extends FlagOption ? boolean : OwnOptionValue<Row>) | null | undefined

/** The row of the table for an own option. */
export function ownField(name: string, option: OwnOption): AnyField {
  const problem = problemOfName(name)
  if (problem !== undefined) throw new TypeError(`Cannot add the option ${name}: ${problem}`)
  const row = rowOf(ownProperties(option))
  if (row === undefined) {
    throw new TypeError(`Cannot add the option ${name}: its kind must be one of ${KINDS}`)
  }
  return fieldOf(name, row)
}

function problemOfName(name: string): string | undefined {
  if (fieldList.some(field => field.name === name)) return 'a client option has this name'
  // What the result has, what every object has, and what would make a promise of it.
  if (/^(?:clientOptions|with|toJSON|then)$/.test(name) || name in Object.prototype) return 'the name is reserved'
  return /^[a-z][A-Za-z0-9]*$/.test(name) ? undefined : 'its name must be in camelCase'
}

const KINDS = 'string, strings, choice, number, integer, flag, function'

/** Of a kind that the compiler does not know, as JavaScript may have, there is none. */
function rowOf(option: OwnOption): FieldRow | undefined {
  switch (option.kind) {
    case 'string':
    case 'strings': {
      const { kind, check, normalize, secret = false } = option
      return { kind, check, normalize, secret }
    }
    case 'choice': {
      const values = [...option.values]
      const problem = `must be one of ${values.join(', ')}`
      return { kind: 'string', check: text => (values.includes(text) ? undefined : problem) }
    }
    case 'number':
    case 'integer':
      return { kind: 'number', checkNumber: value => problemOfNumber(option, value) }
    case 'flag':
    case 'function':
      return { kind: option.kind }
    default:
      return undefined
  }
}

function problemOfNumber(
  { kind, check }: NumberOption,
  value: unknown,
): Pick<ClientOptionsIssue, 'code' | 'message'> | undefined {
  const wanted = kind === 'integer' ? 'an integer' : 'a finite number'
  if (typeof value !== 'number') {
    return { code: 'invalid_type', message: `must be ${wanted}, but it is ${describeKind(value)}` }
  }
  const isRight = kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)
  const message = isRight ? check?.(value) : `must be ${wanted}`
  return message === undefined ? undefined : { code: 'invalid_value', message }
}
