import type { ClientOptionsIssue } from './errors.ts'
import { isHostName } from './host.ts'
import { describeKind, isMapping, lengthWithin } from './mapping.ts'
import { shownKey } from './shown-key.ts'
import type { Impersonation, ImpersonationInput } from './types.ts'

/** Told of each problem; the path is that within the option. */
export type ReportProblem = (code: ClientOptionsIssue['code'], path: readonly PropertyKey[], message: string) => void

/** What IAM issues by default, and the most that an organization policy can allow. */
const DEFAULT_LIFETIME = 3600
const MAX_LIFETIME = 43_200
const MAX_DELEGATES = 100
const MAX_UNKNOWN_KEYS = 20

const spellings: Readonly<Record<string, keyof Impersonation>> = {
  targetPrincipal: 'targetPrincipal',
  target_principal: 'targetPrincipal',
  delegates: 'delegates',
  lifetimeSeconds: 'lifetimeSeconds',
  lifetime_seconds: 'lifetimeSeconds',
}

/**
 * Checks a service account to act as, and puts it into its one form: what is left out is filled in.
 * @returns Something that is of no use when a problem was reported.
 */
export function checkImpersonation(input: unknown, report: ReportProblem): Impersonation | undefined {
  if (typeof input === 'string') return complete({ targetPrincipal: checkEmail(input, [], report) })
  if (!isMapping(input)) {
    const message = `must be the e-mail of a service account, or { targetPrincipal, ... }, but it is ${describeKind(input)}`
    report('invalid_type', [], message)
    return undefined
  }
  const given = readProperties(input, report)
  if (given.targetPrincipal === undefined) {
    report('invalid_value', ['targetPrincipal'], 'is missing; set it to the e-mail of the service account')
  }
  return complete({
    targetPrincipal: checkEmail(given.targetPrincipal, ['targetPrincipal'], report),
    delegates: checkDelegates(given.delegates, report),
    lifetimeSeconds: checkLifetime(given.lifetimeSeconds, report),
  })
}

/**
 * What a text stands for: an e-mail, or several with commas between, of which the last is the account to act as and the others
 * are the delegates, in order. This is how gcloud reads its property `auth/impersonate_service_account`.
 */
export function impersonationOfText(text: string): string | ImpersonationInput {
  const [targetPrincipal = '', ...others] = text
    .split(',')
    .map(email => email.trim())
    .toReversed()
  return others.length === 0 ? targetPrincipal : { targetPrincipal, delegates: others.toReversed() }
}

function complete({
  targetPrincipal = '',
  delegates = [],
  lifetimeSeconds = DEFAULT_LIFETIME,
}: { readonly [Name in keyof Impersonation]?: Impersonation[Name] | undefined }): Impersonation {
  return Object.freeze({ targetPrincipal, delegates: Object.freeze([...delegates]), lifetimeSeconds })
}

/** Each property is read once; `null` and `undefined` mean not set, as of the options themselves. */
function readProperties(input: object, report: ReportProblem): Partial<Record<keyof Impersonation, unknown>> {
  const given: Partial<Record<keyof Impersonation, unknown>> = Object.create(null)
  let unknownKeys = 0
  for (const key of Reflect.ownKeys(input)) {
    const name = typeof key === 'string' && Object.hasOwn(spellings, key) ? spellings[key] : undefined
    if (name === undefined) {
      const path = [typeof key === 'string' ? shownKey(key) : key]
      const message = 'is not a property of impersonate; these are targetPrincipal, delegates and lifetimeSeconds'
      if (++unknownKeys <= MAX_UNKNOWN_KEYS) report('unknown_option', path, message)
      continue
    }
    const value: unknown = Reflect.get(input, key)
    if (value === undefined || value === null) continue
    if (given[name] !== undefined) report('duplicate_option', [name], 'is set in both spellings; remove one')
    given[name] = value
  }
  return given
}

/** An e-mail becomes part of the path of a URL, so it is held to what service accounts are called. */
function checkEmail(value: unknown, path: readonly PropertyKey[], report: ReportProblem): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string') {
    report('invalid_type', path, `must be a string, but it is ${describeKind(value)}`)
    return undefined
  }
  const [name = '', host = '', ...others] = value.length > 320 ? [] : value.split('@')
  if (/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name) && isServiceHost(host) && others.length === 0)
    return value
  const example = 'name@project.iam.gserviceaccount.com'
  report('invalid_value', path, `must be the e-mail of a service account, such as ${example}`)
  return undefined
}

function isServiceHost(host: string): boolean {
  return host.includes('.') && isHostName(host)
}

function checkDelegates(value: unknown, report: ReportProblem): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) {
    report('invalid_type', ['delegates'], `must be an array of strings, but it is ${describeKind(value)}`)
    return undefined
  }
  const length = lengthWithin(value, MAX_DELEGATES)
  if (length === undefined) {
    report('invalid_value', ['delegates'], `has more than ${MAX_DELEGATES} items`)
    return undefined
  }
  const delegates: string[] = []
  for (let index = 0; index < length; index++) {
    // A hole is an item that is missing.
    delegates.push(checkEmail(value[index] ?? null, ['delegates', index], report) ?? '')
  }
  return delegates
}

function checkLifetime(value: unknown, report: ReportProblem): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number') {
    report('invalid_type', ['lifetimeSeconds'], `must be a number, but it is ${describeKind(value)}`)
    return undefined
  }
  if (Number.isInteger(value) && value >= 1 && value <= MAX_LIFETIME) return value
  report('invalid_value', ['lifetimeSeconds'], `must be a whole number of seconds from 1 to ${MAX_LIFETIME}`)
  return undefined
}
