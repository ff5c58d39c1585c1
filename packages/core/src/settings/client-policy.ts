import { isHostName, parseEndpoint } from '../options/host.ts'
import { nearestName } from '../options/nearest.ts'
import { ownProperties } from '../options/safe-get.ts'
import { shownKey } from '../options/shown-key.ts'
import { ClientPolicyError, type ClientPolicyIssue } from './errors.ts'

/** The types of credentials that a policy can tell apart: those of files (AIP-4110 and later), and the others. */
export const credentialTypes = [
  'api_key',
  'auth_client',
  'authorized_user',
  'external_account',
  'external_account_authorized_user',
  'gdch_service_account',
  'impersonated_service_account',
  'metadata_server',
  'service_account',
] as const

/**
 * A type of credentials: the `type` of a credentials file, `metadata_server` for the service account of this machine,
 * `auth_client` for an auth client that the caller passes, or `api_key`.
 */
export type CredentialType = (typeof credentialTypes)[number]

/** What a deployment allows. What is left out is not restricted. */
export interface ClientPolicy {
  /**
   * The hosts that may be endpoints, of emulators as well, and be sent credentials: `vision.googleapis.com`, or
   * `*.googleapis.com` for every host below that.
   */
  readonly hosts?: readonly string[] | undefined
  /** The universe domains that clients may be in: `googleapis.com`. */
  readonly universes?: readonly string[] | undefined
  /** What may authenticate requests. An API key is a type of its own, `api_key`. */
  readonly credentialTypes?: readonly CredentialType[] | undefined
  /** `false` forbids API keys, whatever else is allowed. */
  readonly apiKey?: false | undefined
  /** `false` forbids `http://` endpoints, on this machine and to emulators as well. */
  readonly plaintext?: false | undefined
}

/** A policy that was checked, and where it came from. */
export interface CheckedPolicy extends ClientPolicy {
  /** `restrict()`, or `file:PATH`. */
  readonly origin: string
}

type Problem = readonly [index: number | undefined, message: string]

const checks: Readonly<Record<keyof ClientPolicy, (value: unknown) => readonly Problem[]>> = {
  hosts: listOf(isHostPattern, 'must be a host name, an IP address, or *.example.com for every host below example.com'),
  universes: listOf(isHostName, 'must be a universe domain, such as googleapis.com'),
  credentialTypes: listOf(isCredentialType, `must be one of ${credentialTypes.join(', ')}`),
  apiKey: onlyFalse,
  plaintext: onlyFalse,
}

/**
 * Checks a policy, and returns a copy of it that cannot be changed.
 * @throws {ClientPolicyError} `invalid_policy`, which names every problem.
 */
export function parsePolicy(input: unknown, origin: string): CheckedPolicy {
  const issues: ClientPolicyIssue[] = []
  const report = (path: ClientPolicyIssue['path'], message: string) => issues.push({ path, message, origin })
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    report([], 'A policy must be an object, such as { hosts: ["*.googleapis.com"] }')
    throw new ClientPolicyError('invalid_policy', issues)
  }
  const policy: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(ownProperties(input))) {
    if (value === undefined || value === null) continue
    const shown = isMember(name) ? name : shownKey(name)
    for (const [index, message] of memberProblems(name, value))
      report(index === undefined ? [shown] : [shown, index], message)
    policy[name] = Array.isArray(value) ? Object.freeze(value.map(lowerCase)) : value
  }
  if (issues.length > 0) throw new ClientPolicyError('invalid_policy', issues)
  return Object.freeze({ ...policy, origin })
}

/** What is wrong with one member of a policy, and with which item of its list. */
export function memberProblems(name: string, value: unknown): readonly Problem[] {
  return isMember(name) ? checks[name](value) : [[undefined, unknownMember(name)]]
}

/** Whether one of these host names or patterns, in lower case, stands for a host. */
export function isListedHost(patterns: readonly string[], host: string): boolean {
  return patterns.some(pattern => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern))
}

function isMember(name: string): name is keyof ClientPolicy {
  return Object.hasOwn(checks, name)
}

function unknownMember(name: string): string {
  const known = Object.keys(checks)
  const nearest = nearestName(name, known)
  return `Unknown member of a policy. ${nearest === undefined ? `Use ${known.join(', ')}` : `Did you mean ${nearest}?`}`
}

function listOf(isItem: (text: string) => boolean, problem: string) {
  return (value: unknown): readonly Problem[] => {
    if (!Array.isArray(value)) return [[undefined, 'must be an array of strings']]
    if (value.length === 0) return [[undefined, 'must not be empty, since that would forbid everything; remove it']]
    return [...value].flatMap((item: unknown, index): readonly Problem[] =>
      typeof item === 'string' && isItem(item.toLowerCase()) ? [] : [[index, problem]],
    )
  }
}

function onlyFalse(value: unknown): readonly Problem[] {
  return value === false ? [] : [[undefined, 'must be false, since a policy can only forbid; remove it']]
}

function isHostPattern(text: string): boolean {
  if (text.startsWith('*.')) return isHostName(text.slice(2))
  const parts = parseEndpoint(text)
  return parts.reason === undefined && parts.host === text
}

function isCredentialType(text: string): text is CredentialType {
  return credentialTypes.some(type => type === text)
}

function lowerCase(item: unknown): unknown {
  return typeof item === 'string' ? item.toLowerCase() : item
}
