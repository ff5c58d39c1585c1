import type { AuthClient, GoogleAuth } from 'google-auth-library'

import { ClientConnectError } from '../credentials/connect-errors.ts'
import { fieldList } from '../options/fields.ts'
import { nearestName } from '../options/nearest.ts'
import { otherNames } from '../options/other-names.ts'
import { ownProperties } from '../options/safe-get.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import type { ClientClass } from './client-class.ts'

/** The options of a client itself that are read here. */
export interface OwnOptions {
  readonly fallback?: unknown
  readonly enableTelemetryTracing?: boolean
  readonly projectId?: string
  readonly auth?: GoogleAuth
  readonly authClient?: AuthClient | GoogleAuth
}

/** The third argument, once it was checked. */
export interface CheckedExtra {
  /** What the client's constructor is passed. */
  readonly own: OwnOptions
  /** Whether a library may have a major version that was not tested. */
  readonly untried: boolean
}

/** Options of the client itself that have no effect, or no place in the client options. */
const unsupportedOptions = {
  clientOptions: 'set its properties in the client options',
  credentials: 'set credentials in the client options, or pass an authClient',
  token: 'pass an authClient that has the token',
  useAuthWithCustomEndpoint: 'remove it; credentials are sent to every endpoint',
} as const

/** What is refused here, with what to do instead: the client options, under whatever name, and those. */
const reservedOptions: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(otherNames).map(([name, advice]) => [name, `${advice} in the client options`])),
  ...Object.fromEntries(
    fieldList.flatMap(({ name, snakeName }) =>
      [name, snakeName].map(spelling => [spelling, `set ${name} in the client options`]),
    ),
  ),
  ...unsupportedOptions,
}

/** Options of the client itself that are read here, so that a misspelt one would have no effect. */
const knownExtras = [
  'fallback',
  'enableTelemetryTracing',
  'projectId',
  'auth',
  'authClient',
  'untried',
  ...Object.keys(reservedOptions),
]

/**
 * The options of the client itself, beside `ClientOptions`: `fallback`, `projectId`, an existing `authClient`, ...; and
 * `untried`, with which a client is created although its library has a major version that this package was not tested
 * with. That is then a `ClientOptionsWarning` with the code `untried_version`, and no error.
 */
export type ExtraOptions<Client extends ClientClass> = Unreserved<NonNullable<ConstructorParameters<Client>[0]>> & {
  readonly [Name in ReservedOption]?: never
} & { readonly untried?: true | undefined }

/** Settings that the client options replace, under any name. */
type ReservedOption = keyof typeof unsupportedOptions | keyof typeof otherNames | keyof ClientOptionsInput

/** As `Omit`, which would lose the other names of options that have an index signature, as google-gax's have. */
type Unreserved<Options> = { [Name in keyof Options as Name extends ReservedOption ? never : Name]: Options[Name] }

/**
 * Checks the options of the client itself, of which `ClientOptions` replace some.
 * @throws {ClientConnectError} `reserved_option`, which names all of them, or a misspelt one; `conflicting_credentials`.
 */
export function checkExtra(extra: object | undefined): CheckedExtra {
  // It inherits nothing, so that what was not set is not found on the prototype of all objects.
  const own = Object.assign<OwnOptions, unknown>(Object.create(null), extra)
  const untried = Reflect.get(own, 'untried') === true
  Reflect.deleteProperty(own, 'untried')
  const problems = problemsOf(namesOf(own), { known: knownExtras })
  if (problems.length > 0) {
    throw new ClientConnectError('reserved_option', `Unsupported options of the client: ${problems.join('; ')}`)
  }
  if (own.auth === undefined || own.authClient === undefined) return { own, untried }
  const message = 'auth and authClient are mutually exclusive, since either authenticates every request; pass only one'
  throw new ClientConnectError('conflicting_credentials', message)
}

/** How settings beside the client options are checked. */
interface SettingRules {
  readonly known: readonly string[]
  /** More that the client options replace, with what to do instead. */
  readonly reserved?: Readonly<Record<string, string>>
  /** What to do with any other; it is accepted when left out. */
  readonly unknown?: string
}

/** What is wrong with settings, by their names: they are client options, misspelt, or not known. */
export function problemsOf(names: readonly string[], { known, reserved = {}, unknown }: SettingRules): string[] {
  return names.flatMap(name => {
    const remedy = [reserved, reservedOptions].find(remedies => Object.hasOwn(remedies, name))?.[name]
    if (remedy !== undefined) return [`${name}: ${remedy}`]
    if (known.includes(name)) return []
    const nearest = nearestName(name, known)
    if (nearest !== undefined) return [`${name}: did you mean ${nearest}?`]
    return unknown === undefined ? [] : [`${name}: ${unknown}`]
  })
}

/** The names of the settings that are set. */
export function namesOf(settings: object): string[] {
  return Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [name]))
}

/**
 * Checks additional settings of which every one is known here, and returns those that were set.
 * @throws {ClientConnectError} `reserved_option`, which names the others.
 */
export function knownSettings<Extra extends object>(extra: Extra, names: readonly (keyof Extra & string)[]): Extra {
  const own = ownProperties(extra)
  const known: readonly string[] = names
  const unknown = Object.keys(own).filter(name => !known.includes(name))
  if (unknown.length === 0) return own
  const problems = unknown.map(name =>
    Object.hasOwn(reservedOptions, name) ? `${name}: ${reservedOptions[name]}` : name,
  )
  const message = `Unsupported additional settings: ${problems.join('; ')}. Only ${names.join(', ')} can be set here`
  throw new ClientConnectError('reserved_option', `${message}; pass the library its own options yourself`)
}
