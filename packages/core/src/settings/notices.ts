import type { OptionName } from '../options/types.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * What a user would want to know, though it is no error:
 * - `client_certificate_disabled`: a certificate source is given, and the environment switches it off;
 * - `no_client_certificate`: the environment asks for a certificate, and there is none;
 * - `certificate_config_unusable`: this machine has a certificate config that cannot be used, and nothing needs it;
 * - `mtls_endpoint_without_certificate`: the mTLS endpoint is used without a certificate;
 * - `no_token`: an option or a variable shapes a token, but none is sent: an API key is, or nothing (`anonymous`);
 * - `not_sent_over_http`: an `http://` endpoint on this machine is sent neither credentials nor a certificate;
 * - `emulator`: an environment variable names an emulator, which is sent neither credentials nor a certificate;
 * - `not_presented`: an auth was asked for headers alone, so this machine's certificate is not presented;
 * - `traced_by_library`: google-gax makes spans for the same tracer provider, so this package makes none;
 * - `credentials_not_replaced`: a credentials file has changed and cannot be used, so the previous credentials stay in use;
 * - `untried_version`: a client is created with `untried: true`, and its library has a major version that was not tested.
 */
export type NoticeCode =
  | 'client_certificate_disabled'
  | 'no_client_certificate'
  | 'certificate_config_unusable'
  | 'mtls_endpoint_without_certificate'
  | 'no_token'
  | 'not_sent_over_http'
  | 'emulator'
  | 'not_presented'
  | 'traced_by_library'
  | 'credentials_not_replaced'
  | 'untried_version'

/** One notice: about which option, and in words. */
export interface Notice {
  readonly code: NoticeCode
  readonly option: OptionName
  readonly message: string
}

/** The notice that the server will miss a certificate. */
export function mtlsEndpointWithoutCertificate(host: string): Notice {
  const message = `The mTLS endpoint ${host} is used, but there is no client certificate; the server will likely refuse`
  return { code: 'mtls_endpoint_without_certificate', option: 'apiEndpoint', message }
}

/**
 * The notice that an option has nothing to shape.
 * @param name What is set: the option itself, or the variable that stands in for it.
 */
export function noToken(option: OptionName, isAnonymous: boolean, name: string = option): Notice {
  const reason = isAnonymous ? 'anonymous is set, so no token is sent' : 'an API key is sent and no token'
  const remedy = isAnonymous ? 'leave out either' : 'leave it out, or use credentialsFile'
  return { code: 'no_token', option, message: `${name} has no effect, since ${reason}; ${remedy}` }
}

/** The notice that a secret stays here. */
export function notSentOverHttp(option: OptionName): Notice {
  const message = `${option} has no effect, since an http:// endpoint is sent neither credentials nor a certificate`
  return { code: 'not_sent_over_http', option, message }
}

/** The notice that an emulator takes the place of the service. */
export function usesEmulator(variable: string, { host, port }: Endpoint, lost: readonly OptionName[]): Notice {
  const options = lost.length === 0 ? '' : `; ${lost.join(' and ')} will not be sent`
  const message = `Using the emulator at ${host}:${port} without credentials, because ${variable} is set${options}`
  return { code: 'emulator', option: 'apiEndpoint', message }
}

/** The notice that an emulator takes the place of one service of several. */
export function authEmulator(variable: string): Notice {
  const message = `Firebase Auth uses an emulator, without credentials and certificate, because ${variable} is set`
  return { code: 'emulator', option: 'credentialsFile', message }
}

/** The notice that a certificate has no place in headers. */
export function notPresented(): Notice {
  const message =
    "The certificate of this machine is not presented by a client that asks for headers alone; use the auth's own " +
    'request or fetch, or createClient'
  return { code: 'not_presented', option: 'clientCertSource', message }
}

/** The notice that another makes the spans. */
export function tracedByLibrary(): Notice {
  const message = 'google-gax makes the spans of this client, for the same tracer provider, so tracerProvider adds none'
  return { code: 'traced_by_library', option: 'tracerProvider', message }
}

/** The notice that a new credentials file is of no use; `fault` is the message of an error. */
export function credentialsNotReplaced(fault: string): Notice {
  const message = `Cannot use the new credentials, so the previous ones stay in use. ${fault}`
  return { code: 'credentials_not_replaced', option: 'credentialsFile', message }
}

/** The notice that nobody has tested what the caller wants to try. It is about no option, because it is about all. */
export function untriedVersion(library: string): Omit<Notice, 'option'> {
  const message = `${library} was not tested with @client-options/core: options could be lost without an error`
  return { code: 'untried_version', message }
}
