import { type AnyField, fieldList } from './fields.ts'
import { type Candidate, candidatesOf } from './nearest.ts'
import type { OptionValues } from './types.ts'

/** The rows that a mapping is checked by: those of the client options, and perhaps further ones of an SDK. */
export interface OptionTable {
  readonly fieldByKey: ReadonlyMap<string, AnyField>
  readonly names: readonly string[]
  /** What a misspelt key may mean. */
  readonly candidates: readonly Candidate[]
  /** Every option, not set. */
  readonly nothing: ParsedOptions
  /** What an error calls a key that the table does not have. */
  readonly unknown: string
}

/** The checked values, secrets apart. A class with private members, so that it can be told from what a caller makes up. */
export class ParsedOptions {
  readonly success = true
  /** What may be shown. */
  readonly shown: OptionValues
  readonly #hidden: OptionValues

  constructor(shown: OptionValues, hidden: OptionValues) {
    this.shown = Object.freeze(shown)
    this.#hidden = hidden
  }

  get({ name, hidden }: AnyField): unknown {
    const values: Readonly<Record<string, unknown>> = hidden ? this.#hidden : this.shown
    return values[name]
  }

  /** Copies to change, each with every option of its kind, so that none is ever inherited. */
  copy(): { readonly shown: Record<string, unknown>; readonly hidden: Record<string, unknown> } {
    return { shown: { ...this.shown }, hidden: { ...this.#hidden } }
  }

  static is(value: unknown): value is ParsedOptions {
    return typeof value === 'object' && value !== null && #hidden in value
  }
}

/** Each of these options with its value, or `undefined`. */
export function collect(list: readonly AnyField[], valueOf: (field: AnyField) => unknown): ParsedOptions {
  const values = (hidden: boolean) =>
    Object.fromEntries(list.filter(field => field.hidden === hidden).map(field => [field.name, valueOf(field)]))
  return new ParsedOptions(values(false), values(true))
}

export function tableOf(list: readonly AnyField[], unknown: string): OptionTable {
  return {
    fieldByKey: new Map(
      list.flatMap(field => [
        [field.name, field],
        [field.snakeName, field],
      ]),
    ),
    names: list.map(({ name }) => name),
    candidates: candidatesOf(list),
    nothing: collect(list, () => undefined),
    unknown,
  }
}

/** The client options' own. */
export const clientTable: OptionTable = tableOf(fieldList, 'is not a client option')
