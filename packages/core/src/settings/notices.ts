import type { ReplacedOption } from '../options/provenance.ts'
import type { OptionName } from '../options/types.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * Non-fatal problems:
 * - `client_certificate_disabled`: a certificate source is set, and the environment switches client certificates off;
 * - `no_client_certificate`: the environment requires a client certificate, and there is none;
 * - `certificate_config_unusable`: the certificate config of this machine cannot be used, and nothing requires it;
 * - `mtls_endpoint_without_certificate`: the client connects to an mTLS endpoint without a certificate;
 * - `no_token`: an option or a variable applies to tokens, and an API key is sent in place of a token, or nothing (`anonymous`);
 * - `not_sent_over_http`: the endpoint is `http://` on this machine, so no credentials and no certificate are sent;
 * - `emulator`: an environment variable names an emulator, which receives no credentials and no certificate;
 * - `not_presented`: a library asked the auth client for headers only, so the device certificate is not presented;
 * - `traced_by_library`: the client's own library makes spans for the same tracer provider, so this package makes none;
 * - `replaced_option`: a later layer of options sets an option that excludes this one of an earlier layer;
 * - `credentials_not_replaced`: a credentials file has changed and cannot be used, so the previous credentials stay in use;
 * - `untried_version`: a client was created with `untried: true`, and the major version of its library was not tested.
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
  | 'replaced_option'
  | 'credentials_not_replaced'
  | 'untried_version'

/** One notice: about which option, and in words. */
export interface Notice {
  /** What it is about, as a code that does not change. */
  readonly code: NoticeCode
  /** The option that has no effect, or not the expected one. */
  readonly option: OptionName
  /** What happens and what to do, for people. */
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

/** The notice that a later layer goes another way than an earlier one. */
export function replacedOption({ option, origin }: ReplacedOption, by: string): Notice {
  const place = origin === 'option' ? '' : ` (${origin})`
  const message = `Ignoring ${option}${place} because a later layer of options sets ${by}, and they are mutually exclusive`
  return { code: 'replaced_option', option, message }
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
