import { isError } from '../options/errors.ts'
import { member } from '../options/member.ts'
import { ClientConnectError } from './connect-errors.ts'

/**
 * The error of a request for a token. What google-auth-library throws holds the request and the response, and with them
 * refresh tokens, keys and access tokens; so only what it says is kept, as the cause.
 * @param what What the token is of.
 */
export function tokenRequestFailed(what: string, error: unknown): ClientConnectError {
  const config = member(error, 'config')
  const response = member(error, 'response')
  const status = member(response, 'status')
  const code = member(error, 'code')
  const problem = problemOf(error, member(response, 'data'))
  const isRefused = typeof status === 'number' && status < 500

  const host = hostOf(member(config, 'url'))
  const outcome = typeof status === 'number' ? `answered with status ${status}` : 'gave no answer'
  const told = host === undefined ? problem : `${host} ${outcome}${triesOf(config)}: ${problem}`
  const advice = isRefused ? 'check the credentials, and renew them if need be' : 'the next request will try again'
  const cause = Object.assign(new Error(problem), {
    ...(typeof code === 'string' && { code }),
    ...(typeof status === 'number' && { status }),
  })
  return new ClientConnectError('token_request_failed', `There is no access token for ${what}: ${told}; ${advice}`, {
    cause,
  })
}

/** What the server says (RFC 6749, section 5.2; AIP-193), or else what the library does. */
function problemOf(error: unknown, data: unknown): string {
  const said = member(data, 'error')
  const texts = [member(said, 'status') ?? said, member(said, 'message') ?? member(data, 'error_description'), data]
  const text = texts.filter(item => typeof item === 'string').join(': ')
  if (text !== '') return withoutSecrets(text)
  // Its message quotes the text that should have been JSON, and that may be a token.
  if (isError(error) && ['SyntaxError', 'TypeError'].includes(error.name)) return 'what should be a JSON object is none'
  return withoutSecrets(isError(error) ? error.message : String(error))
}

/**
 * Servers repeat what they were sent, and programs print it: so whatever is as long and unbroken as a token is left out,
 * and all that a program printed.
 */
function withoutSecrets(text: string): string {
  return text
    .replace(/(?<=invalid response: |error message: ).*/s, '[hidden]')
    .replaceAll(/[\w%~+=-]{32,}/g, '[hidden]')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 400)
}

function hostOf(url: unknown): string | undefined {
  return url instanceof URL ? url.host : undefined
}

function triesOf(config: unknown): string {
  const retries = member(member(config, 'retryConfig'), 'currentRetryAttempt')
  return typeof retries === 'number' && retries > 0 ? `, at the last of ${retries + 1} tries` : ''
}
