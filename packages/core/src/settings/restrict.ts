import type { ClientOptions } from '../options/client-options.ts'
import { sharedByCopies } from '../options/copies.ts'
import { provenanceOf } from '../options/provenance.ts'
import { type CheckedPolicy, type ClientPolicy, parsePolicy } from './client-policy.ts'

/** The policies of the process. There is no way to take one back. */
interface ProcessPolicies {
  add(policy: CheckedPolicy): void
  all(): readonly CheckedPolicy[]
}

const processPolicies = sharedByCopies('policies', createPolicies())

function createPolicies(): ProcessPolicies {
  let policies: readonly CheckedPolicy[] = []
  return Object.freeze({
    add(policy: CheckedPolicy) {
      policies = Object.freeze([...policies, policy])
    },
    all: () => policies,
  })
}

/**
 * Limits every client that this process creates from now on. Further calls add to the policy, and nothing takes from it:
 * what one of them forbids stays forbidden. Call it first thing, before any client is created; those that exist already go
 * on as they are.
 *
 * ```ts
 * restrict({ hosts: ['*.googleapis.com'], credentialTypes: ['external_account', 'metadata_server'], plaintext: false })
 * ```
 *
 * What a policy forbids is a {@link ClientPolicyError} that names every violation: when a client is created, or, where it is
 * known only then, at a request: application default credentials are looked for at the first one, and an auth such as
 * `createAuth` returns is told the host by each.
 *
 * @param policy What is allowed; what is left out is not restricted.
 * @throws {ClientPolicyError} `invalid_policy` for an unknown member, or a value that it cannot have.
 */
export function restrict(policy: ClientPolicy): void {
  processPolicies.add(parsePolicy(policy, 'restrict()'))
}

/** What holds for clients of these options: the policies of the process, and those of the files that they were loaded from. */
export function policiesFor(options: ClientOptions): readonly CheckedPolicy[] {
  const stated = provenanceOf(options).policies.map(({ policy, origin }) => parsePolicy(policy, origin))
  return [...processPolicies.all(), ...stated]
}
