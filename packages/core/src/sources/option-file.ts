import { dirname, resolve } from 'node:path'

import { expandHome } from '../files/home-folder.ts'
import { looksLikePath, shownPath } from '../files/shown-path.ts'
import { readSmallFileSync } from '../files/small-file.ts'
import type { ClientOptions } from '../options/client-options.ts'
import { type Environment, readVariable } from '../options/environment.ts'
import { checkPath } from '../options/fields.ts'
import { isFileContent } from '../options/file-content.ts'
import { nearestName } from '../options/nearest.ts'
import { provenanceOf, setProvenance } from '../options/provenance.ts'
import { shownKey } from '../options/shown-key.ts'
import { processEnvironment } from '../settings/environment.ts'
import { nameIn, readArgument } from './argument.ts'
import { parseDocument } from './document.ts'
import type { Place } from './entry.ts'
import { OptionsSourceError, type OptionsSourceIssue, type OptionsSourceIssueCode } from './errors.ts'
import { checkSections, type FileSections, type ServiceSections, shownPropertyPath } from './file-sections.ts'
import { type Layer, mergeLayers } from './layers.ts'

/** What is taken from an option file besides the options that are there for all. */
export interface FileSource {
  /** The name of a profile: `profiles.<name>` in the file. Without, none is used. */
  readonly profile?: string | undefined
  /** The name of a service: `services.<name>`, of the file and of the profile. A service without a section has no options of its own. */
  readonly service?: string | undefined
  /** The environment variables; the process's own when left out. */
  readonly env?: Environment | undefined
}

const DEFAULT_FILE = 'GOOGLE_CLIENT_OPTIONS_FILE'

/**
 * Reads options from a file: JSON when its name ends in `.json`, else YAML.
 *
 * ```yaml
 * quotaProjectId: my-project # options for all, in camelCase or snake_case
 * services:
 *   vision: { apiEndpoint: vision.example.com }
 * profiles:
 *   staging:
 *     credentialsFile: staging.json # relative to the file
 *     services:
 *       vision: { apiEndpoint: staging.example.com }
 * policy: { hosts: ['*.example.com'] }
 * ```
 *
 * The service's section goes before the options for all, and the profile, with its own sections, before both; `null` takes an
 * option out. A client certificate is named by `clientCertificateFile`, `clientCertificateKeyFile` and, for an encrypted key,
 * `clientCertificateKeyPassphraseVariable`, the name of a variable; its files are read when a client first connects. The whole file
 * is checked, whatever is taken from it. It must be a regular file of at most 1 MiB, without aliases and tags.
 *
 * @param path The file; by default the one that `GOOGLE_CLIENT_OPTIONS_FILE` names.
 * @param source Which profile of the file, and the sections of which service.
 * @throws {OptionsSourceError} naming every problem at once, with file, line and column, and no value.
 */
export function optionsFromFile(path?: string, source: FileSource = {}): ClientOptions {
  const argument = readArgument(source, ['profile', 'service', 'env'])
  const profile = nameIn(argument.profile, 'profile')
  const service = nameIn(argument.service, 'service')
  const { env = processEnvironment() } = argument
  const { file, variable } = locate(path, env)
  const place = { variable, file: shownPath(file) }
  const sections = readSections(file, place, env)
  const ofProfile = profile === undefined ? [] : [profileIn(sections, profile, place)]
  const used = [sections, ...ofProfile]
  if (service !== undefined) refuseMisspelt(service, used, place)
  const layers = used.flatMap(section => layersFor(service, section))
  const options = mergeLayers(layers.filter(layer => layer !== undefined))
  return setProvenance(options, { ...provenanceOf(options), policies: sections.policies })
}

function layersFor(service: string | undefined, { shared, services }: ServiceSections): readonly (Layer | undefined)[] {
  return [shared, service === undefined ? undefined : services.get(service)]
}

/** A service may have no options of its own; but one that nearly has does not get those that are meant. */
function refuseMisspelt(service: string, sections: readonly ServiceSections[], place: Place): void {
  const names = sections.flatMap(({ services }) => [...services.keys()])
  const nearest = names.includes(service) ? undefined : nearestName(service, names)
  if (nearest === undefined) return
  const message = `the file does not have this service; did you mean ${shownKey(nearest)}?`
  throw failure('unknown_section', { ...place, property: `services.${shownKey(service)}` }, message)
}

function profileIn(sections: FileSections, profile: string, place: Place): ServiceSections {
  const found = sections.profiles.get(profile)
  if (found !== undefined) return found
  const names = [...sections.profiles.keys()]
  const nearest = nearestName(profile, names)
  const known = names.length === 0 ? 'it has none' : `its profiles are ${names.map(shownKey).join(', ')}`
  const advice = nearest === undefined ? known : `did you mean ${shownKey(nearest)}?`
  const message = `the file does not have this profile; ${advice}`
  throw failure('unknown_profile', { ...place, property: `profiles.${shownKey(profile)}` }, message)
}

function locate(
  path: string | undefined,
  env: Environment,
): { readonly file: string; readonly variable: string | undefined } {
  const ofVariable = path === undefined ? readVariable(env, DEFAULT_FILE) : undefined
  const named = path ?? (ofVariable && expandHome(ofVariable, env))
  if (named === undefined) throw failure('no_file', {}, `pass the path of an option file, or set ${DEFAULT_FILE}`)
  const variable = path === undefined ? DEFAULT_FILE : undefined
  const problem = pathProblem(named)
  if (problem === undefined) return { file: resolve(named), variable }
  throw failure('invalid_value', { variable, property: variable === undefined ? 'path' : undefined }, problem)
}

function pathProblem(path: unknown): string | undefined {
  if (typeof path !== 'string' || path.trim() === '') return 'must be the path of an option file'
  if (isFileContent(path)) return 'is the content of a file; pass its path'
  return checkPath(path)
}

function readSections(path: string, place: Place, env: Environment): FileSections {
  const text = readSmallFileSync(path, (fault, problem, options) => failure(fault, place, problem, options))
  const issues: OptionsSourceIssue[] = []
  const report = (code: OptionsSourceIssueCode, at: Place, message: string) =>
    issues.push({ code, ...place, ...at, message })
  const format = /\.json$/i.test(path) ? 'JSON' : 'YAML'
  const root = parseDocument(text, format, (code, message, position, path = []) =>
    report(code, { ...position, property: shownPropertyPath(path) }, message),
  )
  const context = {
    env,
    nameOf: (property: string) => property,
    resolvePath: (to: string) => resolve(dirname(path), to),
    isPath: (value: unknown) => typeof value !== 'string' || looksLikePath(value),
  }
  const sections = root && checkSections(root, { path, context, report })
  if (sections === undefined || issues.length > 0) throw new OptionsSourceError(issues)
  return sections
}

function failure(code: OptionsSourceIssueCode, place: Place, message: string, options?: ErrorOptions) {
  return new OptionsSourceError([{ code, ...place, message }], options)
}
