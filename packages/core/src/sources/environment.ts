import type { ClientOptions } from '../options/client-options.ts'
import { type Environment, readVariable } from '../options/environment.ts'
import { type Field, fieldList, toSnakeCase } from '../options/fields.ts'
import { nearestName } from '../options/nearest.ts'
import { shownKey } from '../options/shown-key.ts'
import { processEnvironment } from '../settings/environment.ts'
import { readArgument } from './argument.ts'
import { layerOfEntries } from './check-entries.ts'
import type { Entry, Report } from './entry.ts'
import { type OptionsSourceIssue, OptionsSourceError } from './errors.ts'
import { hasTextForm, valueOfText } from './text-value.ts'

/** Which variables are read. */
export interface EnvironmentSource {
  /** What their names begin with, such as `MY_APP_GOOGLE_`; only client options may have it. */
  readonly prefix: string
  /** The environment variables; the process's own when left out. */
  readonly env?: Environment | undefined
}

const PASSPHRASE = 'clientCertificateKeyPassphrase'
/** What holds no value of an option by itself. */
const certificateVariables = ['clientCertificateFile', 'clientCertificateKeyFile', PASSPHRASE]

/** Variables that Google's own libraries read: a prefix that one of them has would take them for client options. */
const googleVariables = [
  'CLOUDSDK_CORE_PROJECT',
  'GCLOUD_PROJECT',
  'GOOGLE_API_USE_CLIENT_CERTIFICATE',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLIENT_OPTIONS_FILE',
  'GOOGLE_CLOUD_PROJECT',
  'GOOGLE_GENAI_USE_VERTEXAI',
]

/**
 * Reads options from environment variables: of each option the one whose name is the prefix and the option in capitals,
 * as `MY_APP_GOOGLE_API_ENDPOINT`. Scopes are separated by commas or whitespace. A client certificate is named by
 * `..._CLIENT_CERTIFICATE_FILE`, `..._CLIENT_CERTIFICATE_KEY_FILE` and, for an encrypted key,
 * `..._CLIENT_CERTIFICATE_KEY_PASSPHRASE`; its files are read when a client first connects. A variable that is empty is not set.
 *
 * @param source The prefix of the variables.
 * @throws {OptionsSourceError} naming every variable with a problem: one that has the prefix and is not an option is an error.
 */
export function optionsFromEnvironment(source: EnvironmentSource): ClientOptions {
  const { prefix, env = processEnvironment() } = readArgument(source, ['prefix', 'env'])
  requireUsable(prefix)
  const nameOf = (property: string) => `${prefix}${toSnakeCase(property).toUpperCase()}`
  const issues: OptionsSourceIssue[] = []
  const report: Report = (code, place, message) => issues.push({ code, ...place, message })
  const fields = new Map(fieldList.filter(hasTextForm).map(field => [nameOf(field.name), field]))
  const others = new Map(certificateVariables.map(property => [nameOf(property), property]))
  const known = [...fields.keys(), ...others.keys()]

  const entries = new Map<string, Entry>()
  for (const variable of Object.keys(env).filter(name => name.startsWith(prefix))) {
    const text = readVariable(env, variable)
    if (text === undefined) continue
    const place = {
      variable: known.includes(variable) ? variable : `${prefix}${shownKey(variable.slice(prefix.length))}`,
    }
    const entry = entryOf(variable, text, fields.get(variable), others.get(variable))
    if (entry === undefined) report('unknown_variable', place, `is not a client option; ${adviceFor(variable, known)}`)
    else entries.set(entry.name, { value: entry.value, origin: `environment:${variable}`, place })
  }
  const layer = layerOfEntries(entries, { env, nameOf, resolvePath: path => path, isPath: () => true }, {}, report)
  if (layer === undefined || issues.length > 0) throw new OptionsSourceError(issues)
  return layer.options
}

/** The passphrase stays where it is: the entry has the name of its variable. */
function entryOf(
  variable: string,
  text: string,
  field: Field | undefined,
  other: string | undefined,
): { readonly name: string; readonly value: unknown } | undefined {
  if (field !== undefined) return { name: field.name, value: valueOfText(field, text) }
  if (other === PASSPHRASE) return { name: `${PASSPHRASE}Variable`, value: variable }
  return other === undefined ? undefined : { name: other, value: text }
}

function adviceFor(variable: string, known: readonly string[]): string {
  const nearest = nearestName(variable, known)
  if (nearest !== undefined) return `did you mean ${nearest}?`
  return `unset it, or choose a prefix that only client options have; they are ${known.join(', ')}`
}

function requireUsable(prefix: unknown): asserts prefix is string {
  const problem = prefixProblem(prefix)
  if (problem !== undefined) {
    throw new OptionsSourceError([{ code: 'invalid_prefix', property: 'prefix', message: problem }])
  }
}

function prefixProblem(prefix: unknown): string | undefined {
  if (typeof prefix !== 'string' || !/^[A-Z][A-Z0-9_]*_$/.test(prefix)) {
    return 'must be capital letters, digits and underscores, and end with an underscore, such as MY_APP_GOOGLE_'
  }
  const taken = googleVariables.find(name => name.startsWith(prefix))
  return taken && `is already used by other variables, such as ${taken}; choose another, such as MY_APP_GOOGLE_`
}
