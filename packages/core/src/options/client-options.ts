import { clientOptionsBrand } from './brand.ts'
import { sharedByCopies } from './copies.ts'
import type { ClientOptionsError, ClientOptionsIssue } from './errors.ts'
import { Failure, parsedOrThrow } from './failure.ts'
import { fieldList } from './fields.ts'
import { isMapping } from './mapping.ts'
import { parse } from './parse.ts'
import { ParsedOptions } from './parsed-options.ts'
import { addProvenance, hasSamePolicies, inheritProvenance } from './provenance.ts'
import { inspectCustom, redact, type ShownValue } from './redact.ts'
import { safeGet } from './safe-get.ts'
import { isSameValue } from './same-value.ts'
import { schemaOf, type StandardSchema } from './standard-schema.ts'
import type { ClientOptionsInit, ClientOptionsInput, OptionProperties, OptionValues } from './types.ts'

/** What {@link ClientOptions.safeParse} gives. `error` is made when it is first read: a stack costs more than the check. */
export type ClientOptionsResult =
  | { readonly success: true; readonly options: ClientOptions }
  | {
      readonly success: false
      readonly issues: readonly ClientOptionsIssue[]
      readonly error: ClientOptionsError
    }

/** The options by name: one property for each row of the table, with the description that its type has in types.ts. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the class makes a property of each row
export interface ClientOptions extends OptionProperties {}

/**
 * The options of a client, checked and immutable. A secret is not an own property and is never shown.
 *
 * ```ts
 * const options = ClientOptions.from({ api_endpoint: 'vision.example.com', quota_project_id: 'my-project' })
 * ```
 *
 * Names and meanings follow Python's `google.api_core.client_options.ClientOptions`.
 */
export class ClientOptions {
  /** What may be shown, so that two instances that differ there differ for who compares or prints their own properties. */
  readonly [clientOptionsBrand]: OptionValues
  readonly #parsed: ParsedOptions

  static {
    for (const field of fieldList) {
      const get = function get(this: ClientOptions) {
        return this.#parsed.get(field)
      }
      Reflect.defineProperty(this.prototype, field.name, { get, enumerable: true, configurable: true })
    }
  }

  /**
   * @param init The options by camelCase (or snake_case) names; none when left out.
   * @throws {ClientOptionsError} naming every problem at once.
   */
  constructor(init: ClientOptionsInit = {}) {
    const isParsed = ParsedOptions.is(init)
    this.#parsed = isParsed ? init : parsedOrThrow(parse(mappingOf(init)))
    this[clientOptionsBrand] = this.#parsed.shown
    Object.freeze(this)
    if (!isParsed) inheritProvenance(this, init)
  }

  /**
   * Returns the options of a mapping, in camelCase or snake_case; a `ClientOptions` is returned as it is.
   * @param input A `ClientOptions`, or a plain object of options.
   * @throws {ClientOptionsError} naming every problem at once.
   */
  static from(input: ClientOptionsInput): ClientOptions {
    return ClientOptions.#isOwn(input) ? input : construct(parsedOrThrow(parse(mappingOf(input))), input)
  }

  /**
   * The same as {@link ClientOptions.from} for any value, but returns the problems instead of throwing.
   * @param input Anything, such as the result of `JSON.parse`.
   */
  static safeParse(input: unknown): ClientOptionsResult {
    if (ClientOptions.#isOwn(input)) return { success: true, options: input }
    const parsed = parse(mappingOf(input))
    return parsed.success ? { success: true, options: construct(parsed, input) } : new Failure(parsed)
  }

  /**
   * Returns new options with these changes.
   * @param changes Options in camelCase or snake_case: `null` removes an option, `undefined` leaves it as it is.
   * @throws {ClientOptionsError} when the changes, or the result, cannot be accepted.
   */
  with(changes: ClientOptionsInput): ClientOptions {
    return addProvenance(construct(parsedOrThrow(parse(mappingOf(changes), this.#parsed)), this), changes)
  }

  /**
   * Whether both have the same options, and the same policies of option files: what JSON can hold by value, functions and the
   * tracer provider by identity.
   * @param other Anything; what is not a `ClientOptions` is not equal.
   */
  equals(other: unknown): boolean {
    if (this === other) return true
    // Options of another copy of the package may be equal, a mapping is not.
    if (!ClientOptions.#isOwn(other) && mappingOf(other) === other) return false
    const result = ClientOptions.safeParse(other)
    if (!result.success || !hasSamePolicies(this, result.options)) return false
    return fieldList.every(field => isSameValue(field, this[field.name], result.options[field.name]))
  }

  /** The given options as data that may be shown: secrets hidden, functions as `[Function]`. */
  toJSON(): Record<string, ShownValue> {
    return redact(this)
  }

  /** As {@link ClientOptions.toJSON}, in one line. */
  toString(): string {
    return `ClientOptions ${JSON.stringify(this)}`
  }

  /** What `util.inspect` and `console.log` show: the same as {@link ClientOptions.toJSON}. */
  [inspectCustom](_depth: unknown, style: object, inspect?: (value: unknown, style: object) => string): string {
    return inspect === undefined ? this.toString() : `ClientOptions ${inspect(this.toJSON(), style)}`
  }

  /** The class is a Standard Schema (standardschema.dev, version 1), usable wherever zod or valibot is. */
  static readonly '~standard': StandardSchema<ClientOptionsInput, ClientOptions>['~standard'] = schemaOf(value =>
    ClientOptions.safeParse(value),
  )

  /** Tells an instance of this very class from a look-alike, a proxy of one, or one of a second copy of the package. */
  static #isOwn(value: unknown): value is ClientOptions {
    return typeof value === 'object' && value !== null && #parsed in value
  }
}

// An adapter registers options under the class of each copy: a constructor may ask for any of them.
sharedByCopies<unknown[]>('classes', []).push(ClientOptions)

/** Without parsing the values a second time: the constructor knows what the parser gave. They may come from other options. */
export function construct(parsed: ParsedOptions, from: unknown): ClientOptions {
  const known: object = parsed
  return inheritProvenance(new ClientOptions(known), from)
}

/** An instance, such as one made by another copy of the package, as a mapping; anything else as it is. */
export function mappingOf(input: unknown): unknown {
  try {
    const isInstance = typeof input === 'object' && input !== null && clientOptionsBrand in input && !isMapping(input)
    return isInstance ? Object.fromEntries(fieldList.map(({ name }) => [name, safeGet(input, name)])) : input
  } catch {
    // What threw is no ClientOptions; parsing it says so, with the cause.
    return input
  }
}
