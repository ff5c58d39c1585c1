import { ClientOptions } from '../options/client-options.ts'
import { ClientOptionsError, type ClientOptionsIssue } from '../options/errors.ts'
import { exclusions, fieldList } from '../options/fields.ts'
import { type OptionOrigin, originOf, provenanceOf, type ReplacedOption, setProvenance } from '../options/provenance.ts'
import { safeGet } from '../options/safe-get.ts'
import type { ClientOptionsInput, OptionName } from '../options/types.ts'
import { readArgument } from './argument.ts'
import { OptionsSourceError } from './errors.ts'

/** Options, and those that are taken out of what lies below them. */
export interface Layer {
  readonly options: ClientOptions
  readonly removed: readonly OptionName[]
}

/** What is loaded, and in which order. */
export interface LoadedLayers {
  /**
   * Options from anywhere: what `optionsFromFile` and `optionsFromEnvironment` returned, a `ClientOptions`, or a mapping. A later layer wins.
   * `undefined` stands for a layer that there is not.
   */
  readonly layers: readonly (ClientOptionsInput | undefined)[]
}

/**
 * Merges options. Of each option, the last layer that sets it wins. An option of a later layer also replaces those of earlier
 * ones that it excludes: an `apiKey` replaces a `credentialsFile`, with a notice. In a layer, `null` takes out what
 * earlier layers set, as `false` does of an option that is either set or not. `explainOptions` says of each option where it came from and what it replaced; so do the `origins` and notices
 * of settings.
 *
 * ```ts
 * const options = loadClientOptions({
 *   layers: [optionsFromFile('options.yaml'), optionsFromEnvironment({ prefix: 'MY_APP_GOOGLE_' }), { quotaProjectId: 'my-project' }],
 * })
 * ```
 *
 * @param loaded The layers, the lowest first.
 * @throws {ClientOptionsError} when layers cannot be accepted, naming every problem of each: `layers[1].apiKey`.
 * @throws {OptionsSourceError} when `layers` is not an array.
 */
export function loadClientOptions(loaded: LoadedLayers): ClientOptions {
  const { layers } = readArgument(loaded, ['layers'])
  if (!Array.isArray(layers)) {
    const message = 'must be an array of options, as in loadClientOptions({ layers: [optionsFromFile()] })'
    throw new OptionsSourceError([{ code: 'invalid_type', property: 'layers', message }])
  }
  return mergeLayers(layersOf(layers))
}

/** Every problem of every layer is named: who mends one would else meet the next. */
function layersOf(inputs: LoadedLayers['layers']): readonly Layer[] {
  const issues: ClientOptionsIssue[] = []
  const causes: unknown[] = []
  const layers: Layer[] = []
  for (const [index, input] of inputs.entries()) {
    if (input === undefined) continue
    const result = ClientOptions.safeParse(input)
    if (result.success) layers.push(layerOf(input, result.options))
    else {
      issues.push(...result.issues.map(issue => ({ ...issue, path: ['layers', index, ...issue.path] })))
      causes.push(result.error.cause)
    }
  }
  if (issues.length === 0) return layers
  const cause = causes.find(thrown => thrown !== undefined)
  throw new ClientOptionsError(issues, cause === undefined ? undefined : { cause })
}

function layerOf(input: ClientOptionsInput, options: ClientOptions): Layer {
  const isRemoved = (key: string) => [null, false].some(none => safeGet(input, key) === none)
  const removed = fieldList.filter(({ name, snakeName }) => {
    return options[name] === undefined && (isRemoved(name) || isRemoved(snakeName))
  })
  return { options, removed: [...provenanceOf(options).removed, ...removed.map(({ name }) => name)] }
}

/** Lays options over one another, the last one uppermost. */
export function mergeLayers(layers: readonly Layer[]): ClientOptions {
  return layers.reduce((lower, layer) => lay(layer, lower), new ClientOptions())
}

function lay({ options, removed }: Layer, lower: ClientOptions): ClientOptions {
  const set = optionsIn(options)
  const excluded = optionsIn(lower).filter(
    name => options[name] === undefined && set.some(other => excludes(other, name)),
  )
  const changes = [...[...removed, ...excluded].map(name => [name, null]), ...set.map(name => [name, options[name]])]
  const merged = lower.with(Object.fromEntries(changes))
  const own = provenanceOf(options)
  const below = provenanceOf(lower)
  const origins = new Map<OptionName, OptionOrigin>()
  const replaced = new Map<OptionName, readonly ReplacedOption[]>()
  for (const name of optionsIn(merged)) {
    const isOwn = options[name] !== undefined
    const hidden = optionsIn(lower).filter(
      other => other === name || (excluded.includes(other) && excludes(name, other)),
    )
    origins.set(name, originOf(isOwn ? options : lower, name))
    const earlier = isOwn ? hidden.flatMap(other => withHidden(lower, other)) : []
    replaced.set(name, [...((isOwn ? own : below).replaced.get(name) ?? []), ...earlier])
  }
  return setProvenance(merged, {
    origins,
    replaced,
    removed: union(below.removed, removed).filter(name => merged[name] === undefined),
    policies: union(below.policies, own.policies),
  })
}

/** An option, and what it had itself taken the place of. */
function withHidden(lower: ClientOptions, option: OptionName): readonly ReplacedOption[] {
  const replaced = { option, value: lower.toJSON()[option], origin: originOf(lower, option) }
  return [replaced, ...(provenanceOf(lower).replaced.get(option) ?? [])]
}

function optionsIn(options: ClientOptions): readonly OptionName[] {
  return fieldList.map(({ name }) => name).filter(name => options[name] !== undefined)
}

function excludes(one: OptionName, other: OptionName): boolean {
  return exclusions.some(pair => one !== other && pair.includes(one) && pair.includes(other))
}

/** The same options may be in two layers. */
function union<Item>(one: readonly Item[], other: readonly Item[]): readonly Item[] {
  return [...new Set([...one, ...other])]
}
