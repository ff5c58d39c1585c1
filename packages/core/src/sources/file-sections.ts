import { toSnakeCase } from '../options/fields.ts'
import { nearestName } from '../options/nearest.ts'
import type { StatedPolicy } from '../options/provenance.ts'
import { shownKey } from '../options/shown-key.ts'
import { memberProblems } from '../settings/client-policy.ts'
import { isOptionKey, layerOfEntries } from './check-entries.ts'
import { isList, isMapping, type Located, type Mapping, plainValue } from './document.ts'
import type { Entry, EntryContext, Place, Report } from './entry.ts'
import type { Layer } from './layers.ts'

/** Options for all services, and for each by its name. */
export interface ServiceSections {
  readonly shared: Layer | undefined
  readonly services: ReadonlyMap<string, Layer | undefined>
}

/** An option file, checked. */
export interface FileSections extends ServiceSections {
  readonly profiles: ReadonlyMap<string, ServiceSections>
  readonly policies: readonly StatedPolicy[]
}

/** The file that is checked. */
interface FileContext {
  readonly path: string
  readonly context: EntryContext
  readonly report: Report
}

/** The keys from the top of the file down to a section. */
type SectionPath = readonly string[]

/** Checks every section of a file. */
export function checkSections(root: Located, file: FileContext): FileSections {
  const top = mappingAt(root, [], file)
  return {
    ...serviceSections(root, [], ['$schema', 'services', 'profiles', 'policy'], file),
    profiles: sectionsIn(top.get('profiles'), ['profiles'], file, (section, path) =>
      serviceSections(section, path, ['services'], file),
    ),
    policies: policiesIn(top.get('policy'), file),
  }
}

function serviceSections(
  located: Located,
  path: SectionPath,
  known: readonly string[],
  file: FileContext,
): ServiceSections {
  const services = mappingAt(located, path, file, false).get('services')
  return {
    shared: optionsAt(located, path, known, file),
    services: sectionsIn(services, [...path, 'services'], file, (section, to) => optionsAt(section, to, [], file)),
  }
}

/** The sections by name. */
function sectionsIn<Section>(
  located: Located | undefined,
  path: SectionPath,
  file: FileContext,
  read: (section: Located, path: SectionPath) => Section,
): ReadonlyMap<string, Section> {
  const sections = located === undefined ? [] : [...mappingAt(located, path, file)]
  return new Map(sections.map(([name, section]) => [name, read(section, [...path, name])]))
}

/** @param known The sections that there may be besides options. */
function optionsAt(
  located: Located,
  path: SectionPath,
  known: readonly string[],
  file: FileContext,
): Layer | undefined {
  const entries = new Map<string, Entry>()
  // The top of the file was checked before.
  for (const [key, option] of mappingAt(located, path, file, path.length > 0)) {
    if (known.includes(key)) continue
    const place = placeOf(option, [...path, key])
    const problem = isOptionKey(key) ? undefined : sectionProblem(key, option, known)
    if (problem === undefined) entries.set(key, entryOf(option, place, file))
    else file.report('unknown_section', place, problem)
  }
  return layerOfEntries(entries, file.context, placeOf(located, path), file.report)
}

function entryOf(located: Located, place: Place, { path }: FileContext): Entry {
  const { value, position } = located
  return {
    value: plainValue(value),
    origin: `file:${path}:${position.line}`,
    place,
    placeOf: within => placeWithin(located, place, within),
  }
}

/** The place of the part of a value that is at a path of camelCase names and indexes, or of the last part on it that is there. */
function placeWithin({ value }: Located, place: Place, [part, ...rest]: readonly PropertyKey[]): Place {
  if (isList(value) && typeof part === 'number') {
    const item = value[part]
    return item === undefined ? place : placeWithin(item, { ...place, ...item.position }, rest)
  }
  if (!isMapping(value) || typeof part !== 'string') return place
  const key = [part, toSnakeCase(part)].find(spelling => value.has(spelling))
  const member = key === undefined ? undefined : value.get(key)
  if (key === undefined || member === undefined) return place
  const property = [place.property, shownKey(key)].filter(Boolean).join('.')
  return placeWithin(member, { ...place, ...member.position, property }, rest)
}

/** What is wrong with a key that looks like that of a section, which the parser of options does not know. */
function sectionProblem(key: string, { value }: Located, known: readonly string[]): string | undefined {
  if (['$schema', 'services', 'profiles', 'policy'].includes(key)) return 'is not a section here; move it up'
  const nearest = nearestName(key, known)
  if (nearest !== undefined) return `is not a section; did you mean ${nearest}?`
  return isMapping(value) ? 'is not a section; put the options of a service under services' : undefined
}

/** A section that is empty is `null` in YAML. */
function mappingAt(located: Located, path: SectionPath, { report }: FileContext, reports = true): Mapping {
  const { value } = located
  if (isMapping(value)) return value
  const isEmptySection = value === null && path.length > 0
  if (reports && !isEmptySection) {
    const problem = value === null ? 'is empty, but must be a mapping' : 'must be a mapping'
    report('not_a_mapping', placeOf(located, path), `${problem}, as in { apiEndpoint: host }`)
  }
  return new Map()
}

function policiesIn(located: Located | undefined, file: FileContext): readonly StatedPolicy[] {
  if (located === undefined) return []
  const rules = [...mappingAt(located, ['policy'], file)]
  for (const [key, rule] of rules) {
    for (const [, problem] of memberProblems(key, plainValue(rule.value))) {
      file.report('invalid_policy', placeOf(rule, ['policy', key]), problem)
    }
  }
  const policy = Object.freeze(Object.fromEntries(rules.map(([key, rule]) => [key, plainValue(rule.value)])))
  return rules.length === 0 ? [] : [{ policy, origin: `file:${file.path}:${located.position.line}` }]
}

function placeOf({ position }: Located, path: SectionPath): Place {
  return { ...position, property: shownPropertyPath(path) }
}

/** `services.vision.apiEndpoint`; a key of the user's may be anything. */
export function shownPropertyPath(path: SectionPath): string {
  return path.map(shownKey).join('.')
}
