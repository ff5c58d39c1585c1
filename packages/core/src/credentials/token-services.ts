import { DEFAULT_UNIVERSE_DOMAIN } from '../settings/service.ts'

/** What a URL in a credentials file has to lead to. */
export type TokenService =
  /** Refreshes the token of a user. */
  | 'refresh'
  /** Exchanges the token of another identity provider, or refreshes that of a workforce pool's user. */
  | 'exchange'
  /** Says what such a token is worth. */
  | 'introspection'
  /** Ends such a token. */
  | 'revocation'
  /** Hands out tokens of a service account; only its host is checked here. */
  | 'impersonation'

/**
 * A region, such as `us-east1` or `u-germany-northeast1`, or one of the few multi-regions. Not any label: Cloud Storage
 * names hosts after buckets, and `sts.storage.googleapis.com` belongs to whoever has the bucket `sts`.
 */
const REGION = '(?:(?:[a-z]{1,20}-){1,3}[a-z]{0,20}\\d{1,2}|us|eu|global)'

/**
 * Whether an `https://` URL leads to a token service of the universe. Within the universe there are also services that store
 * what they are sent, and show it to others, so that being within it is not enough.
 */
export function isTokenService(
  service: TokenService,
  { hostname, port, pathname, search, hash }: URL,
  universe: string,
) {
  const isPlain = search === '' && hash === ''
  const isAt = (...paths: readonly string[]) => isPlain && paths.includes(pathname)
  const isHost = (name: string) => isServiceHost(name, hostname, port, universe)
  switch (service) {
    case 'refresh':
      return (isHost('oauth2') && isAt('/token')) || (port === '' && isFormerHost())
    case 'exchange':
      return isHost('sts') && isAt('/v1/token', '/v1/oauthtoken')
    case 'introspection':
      return isHost('sts') && isAt('/v1/introspect')
    case 'revocation':
      return isHost('sts') && isAt('/v1/revoke')
    case 'impersonation':
      return isHost('iamcredentials') && isPlain
  }

  /** Where gcloud's files of former years have tokens refreshed. */
  function isFormerHost(): boolean {
    if (hostname === `www.${universe}`) return isAt('/oauth2/v3/token', '/oauth2/v4/token')
    return universe === DEFAULT_UNIVERSE_DOMAIN && hostname === 'accounts.google.com' && isAt('/o/oauth2/token')
  }
}

/**
 * Whether a host is one of a service in the universe: its global one, one for mTLS, for a region, or of Private Service
 * Connect (`sts-NAME.p.googleapis.com`), each at the default port.
 *
 * The universe `localhost` is for servers on this machine, such as those of tests: its one host is `localhost`, at any port.
 * A file cannot choose it for somebody, since credentials are refused unless the options are for the same universe.
 */
function isServiceHost(name: string, hostname: string, port: string, universe: string): boolean {
  if (universe === 'localhost') return hostname === 'localhost'
  if (port !== '' || !hostname.endsWith(`.${universe}`)) return false
  const labels = hostname.slice(0, -universe.length - 1)
  const forms = [name, `${name}\\.${REGION}(?:\\.rep)?`, `${REGION}[.-]${name}`, `${name}-[a-z0-9-]{1,50}\\.p`]
  return new RegExp(`^(?:${forms.join('|')})(?:\\.mtls)?$`).test(labels)
}
