import { isListedHost, type CheckedPolicy, type CredentialType } from './client-policy.ts'
import { type ClientSettings, isSetByUser } from './client-settings.ts'
import { ClientPolicyError, type ClientPolicyIssue } from './errors.ts'

/** What holds for the clients of some settings. */
interface Restriction {
  readonly policies: readonly CheckedPolicy[]
  /** Whether the endpoint's host stands for hosts that requests name, so that it is not the one to check. */
  readonly isAnyHost: boolean
}

// Beside the settings, which are shown and compared, and which a policy is no part of.
const restrictions = new WeakMap<ClientSettings, Restriction>()

/** Remembers what holds for settings, as long as these are in use. */
export function keepRestriction(settings: ClientSettings, restriction: Restriction): void {
  if (restriction.policies.length > 0) restrictions.set(settings, restriction)
}

/**
 * Checks settings by the policies that hold for them.
 * @param type The type of the credentials file, if it was read.
 * @throws {ClientPolicyError} `policy_violation`, which names every violation.
 */
export function requireAllowed(settings: ClientSettings, type?: CredentialType): void {
  const { endpoint, origins, universeDomain } = settings
  const sent = typeSent(settings, type)
  const isAnyHost = restrictions.get(settings)?.isAnyHost === true && origins.endpoint === 'service'
  requireBy(settings, policy => [
    ...(isAnyHost ? [] : hostIssues(policy, endpoint.host, remedyOf(settings))),
    ...universeIssues(policy, universeDomain),
    ...(sent === undefined ? [] : credentialIssues(policy, sent)),
    ...plaintextIssues(policy, endpoint.tls, remedyOf(settings)),
  ])
}

/**
 * Checks where one request goes.
 * @throws {ClientPolicyError} `policy_violation`.
 */
export function requireAllowedUrl(settings: ClientSettings, { hostname, protocol }: URL): void {
  requireBy(settings, policy => [
    ...hostIssues(policy, hostname, 'send the request to one of them'),
    ...plaintextIssues(policy, protocol === 'https:', 'send the request to an https:// URL'),
  ])
}

/** Whether a host may be sent credentials. */
export function isAllowedHost(settings: ClientSettings, { hostname }: URL): boolean {
  return policiesOf(settings).every(({ hosts }) => hosts === undefined || isListedHost(hosts, hostname))
}

/**
 * Checks credentials, as soon as their type is known.
 * @throws {ClientPolicyError} `policy_violation`.
 */
export function requireAllowedCredentials(settings: ClientSettings, type: CredentialType): void {
  requireBy(settings, policy => credentialIssues(policy, type))
}

/**
 * Refuses what connects to any host that its user names, where a policy says which hosts.
 * @param remedy What to use instead.
 * @throws {ClientPolicyError} `policy_violation`.
 */
export function refuseAnyHost(settings: ClientSettings, what: string, remedy: string): void {
  requireBy(settings, ({ hosts, origin }) =>
    hosts === undefined ? [] : [{ path: ['hosts'], message: `${what} cannot be limited to hosts; ${remedy}`, origin }],
  )
}

function policiesOf(settings: ClientSettings): readonly CheckedPolicy[] {
  return restrictions.get(settings)?.policies ?? []
}

function requireBy(settings: ClientSettings, check: (policy: CheckedPolicy) => readonly ClientPolicyIssue[]): void {
  const issues = policiesOf(settings).flatMap(check)
  if (issues.length > 0) throw new ClientPolicyError('policy_violation', issues)
}

/** What will authenticate requests, as far as the settings tell. An emulator and an `http://` endpoint are sent nothing. */
function typeSent(
  { anonymous, apiKey, endpoint }: ClientSettings,
  type: CredentialType | undefined,
): CredentialType | undefined {
  if (anonymous || !endpoint.tls) return undefined
  return apiKey === undefined ? type : 'api_key'
}

function hostIssues({ hosts, origin }: CheckedPolicy, host: string, remedy: string): readonly ClientPolicyIssue[] {
  if (hosts === undefined || isListedHost(hosts, host)) return []
  return [{ path: ['hosts'], message: `Cannot connect to ${host}, only to ${hosts.join(', ')}; ${remedy}`, origin }]
}

function universeIssues({ universes, origin }: CheckedPolicy, universe: string): readonly ClientPolicyIssue[] {
  if (universes === undefined || universes.includes(universe)) return []
  const message = `Cannot use the universe ${universe}, only ${universes.join(', ')}; change universeDomain`
  return [{ path: ['universes'], message, origin }]
}

function credentialIssues(policy: CheckedPolicy, type: CredentialType): readonly ClientPolicyIssue[] {
  const { credentialTypes, apiKey, origin } = policy
  if (type === 'api_key' && apiKey === false) {
    const message = 'Cannot use an API key; remove apiKey, and use credentialsFile or application default credentials'
    return [{ path: ['apiKey'], message, origin }]
  }
  if (credentialTypes === undefined || credentialTypes.includes(type)) return []
  const message = `Cannot use credentials of type ${type}, only ${credentialTypes.join(', ')}; change the credentials`
  return [{ path: ['credentialTypes'], message, origin }]
}

function plaintextIssues(policy: CheckedPolicy, tls: boolean, remedy: string): readonly ClientPolicyIssue[] {
  if (tls || policy.plaintext !== false) return []
  return [{ path: ['plaintext'], message: `Cannot connect over http://; ${remedy}`, origin: policy.origin }]
}

/** What to do about an endpoint, which depends on where it came from. */
function remedyOf(settings: ClientSettings): string {
  const [, kind, place] = /^(environment|file):(.*)$/s.exec(settings.origins.endpoint ?? '') ?? []
  if (place !== undefined) return kind === 'file' ? `change apiEndpoint in ${place}` : `unset ${place}`
  return isSetByUser(settings, 'endpoint') ? 'change apiEndpoint' : 'set apiEndpoint'
}
