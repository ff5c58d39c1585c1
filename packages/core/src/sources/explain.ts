import { ClientOptions } from '../options/client-options.ts'
import { fieldList } from '../options/fields.ts'
import { type OptionOrigin, originOf, provenanceOf, type ReplacedOption } from '../options/provenance.ts'
import type { ClientOptionsInput, OptionName } from '../options/types.ts'

/** Of an option that is set: its value as it may be shown, where it came from, and what it took the place of. */
export interface OptionExplanation {
  /** The name of the option. */
  readonly option: OptionName
  /** A secret as `[hidden]`, a function as `[Function]`. */
  readonly value: unknown
  /** Where the value came from. */
  readonly origin: OptionOrigin
  /** What earlier layers set, the last of them first: the same option, or another that this one excludes. */
  readonly replaced: readonly ReplacedOption[]
}

/**
 * Says of each option that is set where its value came from: `option` for code, `environment:NAME`, or `file:PATH:LINE`. No secret is
 * shown.
 *
 * @param options Loaded options, or any others.
 * @throws {ClientOptionsError} when a mapping cannot be accepted.
 */
export function explainOptions(options: ClientOptionsInput): readonly OptionExplanation[] {
  const checked = ClientOptions.from(options)
  const shown = checked.toJSON()
  return fieldList
    .filter(({ name }) => checked[name] !== undefined)
    .map(({ name }) => {
      const replaced = provenanceOf(checked).replaced.get(name) ?? []
      return { option: name, value: shown[name], origin: originOf(checked, name), replaced }
    })
}
