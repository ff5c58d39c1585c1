import { docsOf } from '../options/error-docs.ts'

/**
 * Why options, service and environment do not fit together:
 * - `invalid_environment`: an environment variable has an invalid value;
 * - `mtls_outside_universe`: a client certificate needs an mTLS endpoint, and only `googleapis.com` has them;
 * - `insecure_endpoint`: a secret would be sent over `http://` to a host that is not loopback;
 * - `invalid_service`: the service definition that you pass is invalid.
 */
export type ClientSettingsErrorCode =
  | 'invalid_environment'
  | 'mtls_outside_universe'
  | 'insecure_endpoint'
  | 'invalid_service'

/** Thrown when options cannot be resolved into settings. */
export class ClientSettingsError extends Error {
  override readonly name = 'ClientSettingsError'
  /** Why, as a code that does not change. */
  readonly code: ClientSettingsErrorCode
  /** The address of what to do about it. */
  readonly docs: string

  constructor(code: ClientSettingsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.docs = docsOf(code)
  }
}

/**
 * Why a policy stops what was asked for:
 * - `invalid_policy`: the policy itself is faulty;
 * - `policy_violation`: options, environment or credentials ask for what a policy forbids.
 */
export type ClientPolicyErrorCode = 'invalid_policy' | 'policy_violation'

/** One problem of a policy, or with one, as data. */
export interface ClientPolicyIssue {
  /** The member of the policy, then an index in it; an unknown member as it may be shown; empty for the policy as a whole. */
  readonly path: readonly (string | number)[]
  /** What is wrong and what to do, for people. */
  readonly message: string
  /** Where the policy came from: `restrict()`, or `file:PATH`. */
  readonly origin: string
}

/** Thrown when a policy cannot be accepted, or when it forbids what was asked for. It names every problem at once. */
export class ClientPolicyError extends Error {
  override readonly name = 'ClientPolicyError'
  /** What went wrong. */
  readonly code: ClientPolicyErrorCode
  /** The address of what to do about it. */
  readonly docs: string
  /** Every problem. */
  readonly issues: readonly ClientPolicyIssue[]

  constructor(code: ClientPolicyErrorCode, issues: readonly ClientPolicyIssue[]) {
    super(describeIssues(code === 'invalid_policy' ? 'Invalid policy' : 'Refused by policy', issues))
    this.code = code
    this.docs = docsOf(code)
    this.issues = issues
  }
}

function describeIssues(failure: string, issues: readonly ClientPolicyIssue[]): string {
  const lines = issues.map(({ path, message, origin }) => {
    const place = path.map(part => (typeof part === 'number' ? `[${part}]` : part)).join('')
    return `${place === '' ? '' : `${place}: `}${message} (policy of ${origin})`
  })
  return lines.length === 1 ? `${failure}: ${lines[0]}` : `${failure}:\n  ${lines.join('\n  ')}`
}
