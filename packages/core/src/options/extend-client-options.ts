import { ClientOptions, construct, mappingOf } from './client-options.ts'
import type { ClientOptionsError, ClientOptionsIssue } from './errors.ts'
import { Failure, parsedOrThrow } from './failure.ts'
import { fieldList } from './fields.ts'
import {
  type ExtendedOptionsInput,
  ownField,
  type OwnOption,
  type OwnOptions,
  type OwnOptionValues,
} from './own-option.ts'
import { parse } from './parse.ts'
import { collect, type ParsedOptions, tableOf } from './parsed-options.ts'
import { inspectCustom, show } from './redact.ts'
import { ownProperties } from './safe-get.ts'
import { schemaOf, type StandardSchema } from './standard-schema.ts'

/** Client options with the own options of a client. Immutable; a secret is not an own property and is never shown. */
export type ExtendedOptions<Own> = OwnOptionValues<Own> & {
  /** The client options among them: pass these to `createFetch`, `createClient` and the other entries. */
  readonly clientOptions: ClientOptions
  /**
   * Returns new options with these changes, of client options and of own options.
   * @param changes Options in camelCase or snake_case: `null` removes an option, `undefined` leaves it as it is.
   * @throws {ClientOptionsError} when the changes, or the result, cannot be accepted.
   */
  with(changes: ExtendedOptionsInput<Own>): ExtendedOptions<Own>
  /** The options as data that may be shown: secrets hidden, functions as `[Function]`. */
  toJSON(): Record<string, unknown>
}

/** What {@link ClientOptionsExtension.safeParse} returns. */
export type ExtendedOptionsResult<Own> =
  | { readonly success: true; readonly options: ExtendedOptions<Own> }
  | {
      readonly success: false
      readonly issues: readonly ClientOptionsIssue[]
      readonly error: ClientOptionsError
    }

/** The client options and a client's own options: checks mappings of both, by one set of rules. */
export interface ClientOptionsExtension<Own> extends StandardSchema<ExtendedOptionsInput<Own>, ExtendedOptions<Own>> {
  /**
   * Returns the options of a mapping, or of a `ClientOptions`, which sets none of the own options. What `from` returned is
   * returned as it is.
   * @param input A plain object of client options and own options, in camelCase or snake_case, or a `ClientOptions`.
   * @throws {ClientOptionsError} naming every problem at once.
   */
  readonly from: (input: ExtendedOptionsInput<Own>) => ExtendedOptions<Own>
  /**
   * The same as `from` for any value, but returns the problems instead of throwing.
   * @param input Anything, such as the result of `JSON.parse`.
   */
  readonly safeParse: (input: unknown) => ExtendedOptionsResult<Own>
}

/** What `from` of an extension accepts: the type of your constructor's parameter, `ExtensionInput<typeof myOptions>`. */
export type ExtensionInput<Extension extends { readonly from: (input: never) => unknown }> = Parameters<
  Extension['from']
>[0]

/** What `from` of an extension returns: `ExtensionOptions<typeof myOptions>`. */
export type ExtensionOptions<Extension extends { readonly from: (input: never) => unknown }> = ReturnType<
  Extension['from']
>

/**
 * Adds a client's own options to the client options, so that its users can pass both in one mapping.
 *
 * ```ts
 * const weatherOptions = extendClientOptions({
 *   units: { kind: 'choice', values: ['metric', 'imperial'] },
 *   pageSize: { kind: 'integer', check: size => (size > 0 ? undefined : 'must be at least 1') },
 * })
 * const { clientOptions, units, pageSize } = weatherOptions.from({ apiKey, page_size: 10 })
 * ```
 *
 * Own options follow the rules of client options: both spellings, of which one may be set; unknown keys are errors that name the
 * nearest option; all problems at once; `null` and `undefined` mean that an option is not set.
 * @param own The own options by camelCase name. None may have the name of a client option.
 * @throws {TypeError} when a name or a kind cannot be accepted.
 */
export function extendClientOptions<const Own extends OwnOptions>(own: Own): ClientOptionsExtension<Own> {
  const rows = Object.entries<OwnOption>(own).map(([name, option]) => ownField(name, option))
  const table = tableOf([...rows, ...fieldList], 'is not an option')

  /** A class for each extension, so that the options of one are told from those of another. */
  class Extended {
    readonly clientOptions: ClientOptions
    readonly #parsed: ParsedOptions

    static {
      for (const row of rows.filter(({ hidden }) => hidden)) {
        const get = function get(this: Extended) {
          return this.#parsed.get(row)
        }
        Reflect.defineProperty(this.prototype, row.name, ownProperties({ get, enumerable: true }))
      }
    }

    constructor(parsed: ParsedOptions, clientOptions: ClientOptions) {
      for (const row of rows.filter(({ hidden }) => !hidden)) {
        Reflect.defineProperty(this, row.name, ownProperties({ value: parsed.get(row), enumerable: true }))
      }
      this.clientOptions = clientOptions
      this.#parsed = parsed
      Object.freeze(this)
    }

    with(changes: unknown): ExtendedOptions<Own> {
      const parsed = parsedOrThrow(parse(mappingOf(changes), this.#parsed, table))
      return extended(parsed, clientOptionsOf(parsed, this.clientOptions))
    }

    toJSON(): Record<string, unknown> {
      const shown = rows.flatMap(row => {
        const value = this.#parsed.get(row)
        if (value === undefined) return []
        return [[row.name, typeof value === 'number' ? value : show(row, value)] as const]
      })
      return { ...Object.fromEntries(shown), clientOptions: this.clientOptions.toJSON() }
    }

    toString(): string {
      return `ExtendedOptions ${JSON.stringify(this)}`
    }

    [inspectCustom](_depth: unknown, style: object, inspect?: (value: unknown, style: object) => string): string {
      return inspect === undefined ? this.toString() : `ExtendedOptions ${inspect(this.toJSON(), style)}`
    }
  }

  function extended(parsed: ParsedOptions, clientOptions: ClientOptions): ExtendedOptions<Own> {
    const options: unknown = new Extended(parsed, clientOptions)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the class has a property of each row, which the compiler cannot follow
    return options as ExtendedOptions<Own>
  }

  function isExtended(value: unknown): value is ExtendedOptions<Own> {
    return value instanceof Extended
  }

  function safeParse(input: unknown): ExtendedOptionsResult<Own> {
    if (isExtended(input)) return { success: true, options: input }
    const parsed = parse(mappingOf(input), undefined, table)
    if (!parsed.success) return new Failure(parsed)
    const clientOptions = input instanceof ClientOptions ? input : clientOptionsOf(parsed, input)
    return { success: true, options: extended(parsed, clientOptions) }
  }

  function from(input: ExtendedOptionsInput<Own>): ExtendedOptions<Own> {
    const result = safeParse(input)
    if (result.success) return result.options
    throw result.error
  }

  return { from, safeParse, '~standard': schemaOf(safeParse) }
}

/** The client options among those that were checked. */
function clientOptionsOf(parsed: ParsedOptions, from: unknown): ClientOptions {
  return construct(
    collect(fieldList, field => parsed.get(field)),
    from,
  )
}
