import { describeClient } from '@client-options/core/node'
import type { GoogleAuth } from 'google-auth-library'

import { codeOf, shownError } from '../errors.ts'
import { failedWith, ok, type Result, skipped, warning } from './finding.ts'

/**
 * Gets what authenticates a request: of a service account it is signed here, of others a token service is asked.
 * @param auth What `createAuth` returned.
 */
export async function checkCredentials(auth: GoogleAuth): Promise<Result> {
  const { type } = describeClient(auth).credentials
  if (type === 'none') return skipped('No credentials are sent to this endpoint')
  try {
    const client = await auth.getClient()
    await client.getRequestHeaders(describeClient(auth).endpoint)
  } catch (error) {
    return isUnreachable(error) ? { ...failedWith(error), code: 'token_service_unreachable' } : failedWith(error)
  }
  const { credentials } = describeClient(auth)
  if (credentials.type === 'api_key') return ok('An API key, which only the service can check')
  const names = [credentials.impersonatedAccount ?? credentials.account, credentials.file].filter(
    name => name !== undefined,
  )
  return ok([`A token was issued for ${credentials.type}`, ...names].join(', '))
}

/** The types of credentials that stand for a person, who is in no project. */
const users = new Set<string>(['authorized_user', 'external_account_authorized_user'])

/** A user is not in a project that could be charged; most APIs refuse a user's request that does not name one. */
export function checkQuotaProject(auth: GoogleAuth): Result {
  const { credentials, quotaProjectId } = describeClient(auth)
  if (quotaProjectId !== undefined) return ok(quotaProjectId)
  if (!users.has(credentials.type) || credentials.impersonatedAccount !== undefined) return ok('None is needed')
  const message =
    'The credentials are those of a user, and no quota project is set, so most APIs will refuse; set quotaProjectId, or run ' +
    'gcloud auth application-default set-quota-project'
  return warning('missing_quota_project', message)
}

/** The error of a token request has as its cause what went wrong; the code of that is Node's if there was no response. */
function isUnreachable(error: unknown): boolean {
  return (
    shownError(error)?.code === 'token_request_failed' && error instanceof Error && isNetworkCode(codeOf(error.cause))
  )
}

function isNetworkCode(code: string | undefined): boolean {
  return (
    code !== undefined &&
    /^(?:E(?:CONN|AI_|HOST|NET|PIPE|TIMEDOUT|NOTFOUND)|ERR_|UNABLE_|CERT_|SELF_|DEPTH_)/.test(code)
  )
}
