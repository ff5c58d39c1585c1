import { sharedByCopies } from './copies.ts'
import { isSameContent } from './credentials-content.ts'
import { fieldList } from './fields.ts'
import { safeGet } from './safe-get.ts'
import { isSameValue } from './same-value.ts'
import type { OptionName, OptionValues } from './types.ts'

/** Where an option came from: `option` for code, `environment:NAME`, or `file:PATH:LINE`. */
export type OptionOrigin = 'option' | `environment:${string}` | `file:${string}`

/** An option of a lower layer that does not take effect. */
export interface ReplacedOption {
  /** The name of the option. */
  readonly option: OptionName
  /** Its value, as it may be shown. */
  readonly value: unknown
  /** Where the value came from. */
  readonly origin: OptionOrigin
}

/** A policy, and the file that states it. */
export interface StatedPolicy {
  readonly policy: object
  readonly origin: OptionOrigin
}

/** What is known of options beside their values. What it does not name comes from code, and hid nothing. */
export interface Provenance {
  readonly origins: ReadonlyMap<OptionName, OptionOrigin>
  /** What each option took the place of, the one that it would otherwise have been first. */
  readonly replaced: ReadonlyMap<OptionName, readonly ReplacedOption[]>
  /** What was set to nothing, so that it takes effect over what a lower layer sets. */
  readonly removed: readonly OptionName[]
  /** What was loaded with the options, and holds for whatever is created from them. */
  readonly policies: readonly StatedPolicy[]
}

const nothing: Provenance = { origins: new Map(), replaced: new Map(), removed: [], policies: [] }

/** By instance of `ClientOptions`, and shared, since a client may be created by another copy of the package. */
const provenances = sharedByCopies<WeakMap<object, Provenance>>('provenance', new WeakMap())

/** What is known of where options came from. */
export function provenanceOf(options: object): Provenance {
  return provenances.get(options) ?? nothing
}

/** Notes where options came from. */
export function setProvenance<Options extends object>(options: Options, provenance: Provenance): Options {
  provenances.set(options, provenance)
  return options
}

/** Where an option that is set came from. */
export function originOf(options: object, name: OptionName): OptionOrigin {
  return provenanceOf(options).origins.get(name) ?? 'option'
}

/** Options made of others come from where those came from, except for what has changed. */
export function inheritProvenance<Options extends OptionValues>(made: Options, from: unknown): Options {
  const known = provenances.get(Object(from))
  if (known === undefined) return made
  const kept = fieldList
    .filter(field => made[field.name] !== undefined && isSameValue(field, made[field.name], safeGet(from, field.name)))
    .map(({ name }) => name)
  return setProvenance(made, {
    origins: pick(known.origins, kept),
    replaced: pick(known.replaced, kept),
    removed: known.removed.filter(name => made[name] === undefined),
    policies: known.policies,
  })
}

/** Options that were changed by others, which may have been loaded, come from where those came from, and obey their policies. */
export function addProvenance<Options extends OptionValues>(made: Options, changes: unknown): Options {
  const known = provenances.get(Object(changes))
  if (known === undefined) return made
  const below = provenanceOf(made)
  const changed = fieldList.map(({ name }) => name).filter(name => safeGet(changes, name) !== undefined)
  return setProvenance(made, {
    origins: new Map([...below.origins, ...pick(known.origins, changed)]),
    replaced: new Map([...below.replaced, ...pick(known.replaced, changed)]),
    removed: below.removed,
    policies: [...new Set([...below.policies, ...known.policies])],
  })
}

/** Whether the same policies hold for both. */
export function hasSamePolicies(one: object, other: object): boolean {
  return isSameContent(provenanceOf(one).policies, provenanceOf(other).policies)
}

function pick<Value>(
  values: ReadonlyMap<OptionName, Value>,
  names: readonly OptionName[],
): ReadonlyMap<OptionName, Value> {
  return new Map([...values].filter(([name]) => names.includes(name)))
}

/** What an error calls the two files of a certificate source. */
export interface CertificateFileNames {
  readonly certPath: string
  readonly keyPath: string
}

const fileNames = sharedByCopies<WeakMap<object, CertificateFileNames>>('certificate-files', new WeakMap())

/** Notes what names the files of a source that was loaded: its user wrote no function. */
export function setFileNames<Source extends object>(source: Source, names: CertificateFileNames): Source {
  fileNames.set(source, names)
  return source
}

/** What names the files of a certificate source. */
export function fileNamesOf(source: object): CertificateFileNames {
  return fileNames.get(source) ?? ofFunction
}

const ofFunction: CertificateFileNames = {
  certPath: 'the certPath that clientEncryptedCertSource returned',
  keyPath: 'the keyPath that clientEncryptedCertSource returned',
}
