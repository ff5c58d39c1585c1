import { isError } from '../options/errors.ts'
import { safeGet } from '../options/safe-get.ts'
import { ClientConnectError, isClientConnectError } from './connect-errors.ts'

/**
 * The error of a request for a token. What google-auth-library throws holds the request and the response, and with them
 * refresh tokens, keys and access tokens; so only what it says is kept, as the cause.
 * @param what What the token is of.
 */
export function tokenRequestFailed(what: string, error: unknown): ClientConnectError {
  const config = safeGet(error, 'config')
  const response = safeGet(error, 'response')
  const status = safeGet(response, 'status')
  const code = safeGet(error, 'code')
  const problem = problemOf(error, safeGet(response, 'data'))

  const host = hostOf(safeGet(config, 'url'))
  const outcome = typeof status === 'number' ? `answered with status ${status}` : 'gave no answer'
  const told = host === undefined ? problem : `${host} ${outcome}${triesOf(config)}: ${problem}`
  const advice = adviceFor(status, String(safeGet(config, 'url')))
  const cause = Object.assign(new Error(problem), {
    // A program may print a code of its own.
    ...(typeof code === 'string' && isRequestError(error) && { code }),
    ...(typeof status === 'number' && { status }),
  })
  const message = `There is no access token for ${what}: ${told}; ${advice}`
  const failure = new ClientConnectError('token_request_failed', message, { cause })
  if (status === 401 || safeGet(safeGet(response, 'data'), 'error') === 'invalid_grant') refusals.add(failure)
  return failure
}

/** The errors of requests that a token service refused on account of the credentials. */
const refusals = new WeakSet<Error>()

/** Whether a token service has refused the credentials (RFC 6749, section 5.2), so that others are needed. */
export function areCredentialsRefused(error: unknown): boolean {
  return isError(error) && refusals.has(error)
}

function adviceFor(status: unknown, url: string): string {
  if (typeof status !== 'number' || status >= 500) return 'the next request will try again'
  const isImpersonation = url.endsWith(':generateAccessToken')
  if (isImpersonation && status === 403) {
    const role = 'Service Account Token Creator (roles/iam.serviceAccountTokenCreator)'
    const api = 'enable the IAM Service Account Credentials API (iamcredentials.googleapis.com)'
    return `grant the role ${role} on the service account to the principal of the credentials, and ${api}`
  }
  if (isImpersonation && status === 404) return 'check the e-mail of the service account to impersonate'
  return 'check the credentials, and renew them if need be'
}

/** What the server says (RFC 6749, section 5.2; AIP-193), or else what went wrong before or without its answer. */
function problemOf(error: unknown, data: unknown): string {
  const said = safeGet(data, 'error')
  const texts = [safeGet(said, 'status') ?? said, safeGet(said, 'message') ?? safeGet(data, 'error_description')]
  const text = texts.filter(item => typeof item === 'string').join(': ')
  if (text !== '') return withoutSecrets(text)
  // A response that is not an error in JSON may be anything: gaxios makes the whole of it its message.
  if (data !== undefined && data !== '') return 'the response does not say why'
  if (!isError(error)) return 'a value that is not an Error was thrown'
  if (isClientConnectError(error)) return error.message
  return isRequestError(error) ? withoutSecrets(withoutUrls(error.message)) : libraryProblem(error)
}

/** Whether a request has failed, and not what google-auth-library does around requests: its errors hold the request. */
function isRequestError(error: unknown): boolean {
  return safeGet(error, 'config') !== undefined
}

/**
 * What google-auth-library says of files, programs and answers that are not what they should be. It repeats them: so does
 * the message of JSON.parse, and the path that stands in a config. So only what is known here is passed on, up to where
 * the repetition begins.
 */
const LIBRARY_PROBLEMS = [
  /^Unable to parse the subject_token from the credential_source (?:file|URL)/,
  /^Unable to determine AWS (?:region|role name)/,
  /^The executable (?:failed to finish within the timeout specified|returned an invalid response)/,
  /^The executable failed with exit code: (?:\d{1,3}(?= )|)/,
  /^The output file contained an invalid response/,
  /^Executable response must contain an? '\w+' field/,
  /^Executable response is expired/,
  /^The executable response must contain the `expiration_time` field/,
  /^Version of executable is not currently supported/,
  /^Failed to (?:read (?:certificate|private key|certificate config) file|parse certificate config)/,
  /^Failed to (?:process certificate chain|parse certificate at index \d+ in trust chain file)/,
  /^Leaf certificate exists in the trust chain but is not the first entry/,
  /^No refresh token is set/,
] as const

function libraryProblem({ name, message }: Error): string {
  for (const known of LIBRARY_PROBLEMS) {
    const [problem] = known.exec(message) ?? []
    if (problem !== undefined) return problem
  }
  // What JSON.parse throws, and what is thrown when its result is not an object with the expected properties.
  if (['SyntaxError', 'TypeError'].includes(name)) return 'what should be a JSON object is not one'
  return 'google-auth-library failed before it sent a request'
}

/** Servers repeat what they were sent: so whatever is as long and unbroken as a token is left out. */
function withoutSecrets(text: string): string {
  return text
    .replaceAll(/[\w%~+=-]{32,}/g, '[hidden]')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 400)
}

/** The host is named elsewhere; the rest of a URL, such as a password in it, is a matter between the file and the server. */
function withoutUrls(text: string): string {
  return text.replaceAll(/[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"']+/gi, '[URL]')
}

function hostOf(url: unknown): string | undefined {
  return url instanceof URL ? url.host : undefined
}

function triesOf(config: unknown): string {
  const retries = safeGet(safeGet(config, 'retryConfig'), 'currentRetryAttempt')
  return typeof retries === 'number' && retries > 0 ? `, at the last of ${retries + 1} tries` : ''
}
