import { ClientOptions } from '../options/client-options.ts'
import type { ClientOptionsIssue } from '../options/errors.ts'
import { fieldList, toSnakeCase } from '../options/fields.ts'
import { nearestName } from '../options/nearest.ts'
import { type OptionOrigin, setProvenance } from '../options/provenance.ts'
import { shownKey } from '../options/shown-key.ts'
import type { OptionName } from '../options/types.ts'
import { certificateIn, certificateProperties } from './certificate-files.ts'
import type { Entry, EntryContext, Place, Report } from './entry.ts'
import type { Layer } from './layers.ts'
import { hasTextForm } from './text-value.ts'

const certificateKeys: ReadonlySet<string> = new Set(certificateProperties.flatMap(name => [name, toSnakeCase(name)]))
const spellings: ReadonlyMap<string, OptionName> = new Map(
  fieldList.flatMap(({ name, snakeName }) => [
    [name, name],
    [snakeName, name],
  ]),
)
/** Without a certificate there is nothing else of it. */
const [certificateFile] = certificateProperties
const certificateFileKeys: ReadonlySet<string> = new Set([certificateFile, toSnakeCase(certificateFile)])
const pathNames = fieldList.filter(({ isPath }) => isPath).map(({ name }) => name)
const withoutTextForm: ReadonlySet<string> = new Set(
  fieldList.filter(field => !hasTextForm(field)).flatMap(({ name, snakeName }) => [name, snakeName]),
)

/** Whether options may have an entry of this name. */
export function isOptionKey(key: string): boolean {
  return spellings.has(key) || certificateKeys.has(key)
}

/**
 * Checks entries as options, certificate files among them.
 * @param whole Where they stand as a whole.
 */
export function layerOfEntries(
  entries: ReadonlyMap<string, Entry>,
  context: EntryContext,
  whole: Place,
  report: Report,
): Layer | undefined {
  const certificate = certificateIn(entries, context, report)
  const values = [...entries].filter(([key, { value, place }]) => {
    if (certificateKeys.has(key)) return false
    if (!withoutTextForm.has(key) || value === null) return true
    report('invalid_type', place, `cannot be written as a string; ${insteadOf(spellings.get(key), context)}`)
    return false
  })
  const result = ClientOptions.safeParse(Object.fromEntries(values.map(([key, { value }]) => [key, value])))
  if (!result.success) {
    const places = new Map(values.map(([key, entry]) => [spellings.get(key) ?? shownKey(key), entry]))
    for (const issue of result.issues) report(issue.code, placeOf(issue, places) ?? whole, messageOf(issue, places))
    return undefined
  }
  const { options } = result
  const origins = new Map<OptionName, OptionOrigin>()
  for (const [key, { origin }] of values) origins.set(spellings.get(key) ?? 'clientEncryptedCertSource', origin)
  if (certificate !== undefined) origins.set('clientEncryptedCertSource', certificate.origin)
  for (const [key, { value, place }] of values) {
    if (!context.isPath(value) && pathNames.some(name => name === spellings.get(key))) {
      report('invalid_value', place, 'does not look like the path of a file; add ./ in front, or an extension')
    }
  }
  const resolved = (name: OptionName, path: unknown) =>
    typeof path === 'string' ? [[name, context.resolvePath(path)] as const] : []
  const completed = options.with({
    ...Object.fromEntries(pathNames.flatMap(name => resolved(name, options[name]))),
    clientEncryptedCertSource: certificate?.source,
  })
  if (certificate === undefined) refuseLonePart(entries, report)
  const removed = removedBy(entries)
  return { options: setProvenance(completed, { origins, replaced: new Map(), removed, policies: [] }), removed }
}

/** `false` is that of an option that is either set or not. */
function removedBy(entries: ReadonlyMap<string, Entry>): readonly OptionName[] {
  const keys = [...entries].filter(([, { value }]) => value === null || value === false).map(([key]) => key)
  return keys.flatMap(key => spellings.get(key) ?? (certificateFileKeys.has(key) ? 'clientEncryptedCertSource' : []))
}

/** A part of the certificate of a lower section, which cannot be changed alone. */
function refuseLonePart(entries: ReadonlyMap<string, Entry>, report: Report): void {
  const parts = [...entries].filter(([key, { value }]) => certificateKeys.has(key) && value === null)
  if (parts.some(([key]) => certificateFileKeys.has(key))) return
  for (const [, { place }] of parts) {
    const message =
      'cannot be taken out of another certificate; name all of its files here, or set clientCertificateFile to null'
    report('incomplete_certificate', place, message)
  }
}

function insteadOf(name: OptionName | undefined, { nameOf }: EntryContext): string {
  if (name === 'tracerProvider') return 'set it in code'
  return `set ${nameOf('clientCertificateFile')} and ${nameOf('clientCertificateKeyFile')}`
}

function placeOf({ path, options }: ClientOptionsIssue, places: ReadonlyMap<string, Entry>): Place | undefined {
  const [name = options?.[0], ...within] = path
  const entry = places.get(String(name))
  return entry?.placeOf?.(within) ?? entry?.place
}

/** The parser does not know the names that stand for a certificate source, nor how values are written. */
function messageOf({ code, path, message }: ClientOptionsIssue, entries: ReadonlyMap<string, Entry>): string {
  const name = String(path[0])
  const nearest = code === 'unknown_option' ? nearestName(name, certificateProperties) : undefined
  if (nearest !== undefined) return `is not a client option; did you mean ${nearest}?`
  if (code !== 'invalid_type') return message
  const isFlag = fieldList.some(field => field.name === name && field.kind === 'flag')
  if (isFlag) return 'must be true or false, without quotes'
  const isBare = ['number', 'boolean'].includes(typeof entries.get(name)?.value)
  return isBare ? `${message}; put it in quotes` : message
}
