import type { OptionName } from '../options/types.ts'

/**
 * What a user would want to know, though it is no error:
 * - `client_certificate_disabled`: a certificate source is given, and the environment switches it off;
 * - `no_client_certificate`: the environment asks for a certificate, and there is none;
 * - `certificate_config_unusable`: this machine has a certificate config that cannot be used, and nothing needs it;
 * - `mtls_endpoint_without_certificate`: the mTLS endpoint is used without a certificate;
 * - `no_token`: an option shapes a token, but an API key is sent and no token;
 * - `not_sent_over_http`: an `http://` endpoint on this machine is sent neither credentials nor a certificate.
 */
export type NoticeCode =
  | 'client_certificate_disabled'
  | 'no_client_certificate'
  | 'certificate_config_unusable'
  | 'mtls_endpoint_without_certificate'
  | 'no_token'
  | 'not_sent_over_http'

/** One notice: about which option, and in words. */
export interface Notice {
  readonly code: NoticeCode
  readonly option: OptionName
  readonly message: string
}
