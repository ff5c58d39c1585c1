import { describeContent, type KnownCredentials } from '../../credentials/credentials-description.ts'
import { defaultScopes } from '../../credentials/token-claims.ts'
import { omitUndefined } from '../../files/omit-undefined.ts'
import { HIDDEN, inspectCustom } from '../../options/redact.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import type { Origin } from '../../settings/origin.ts'
import { proxyOf } from '../../transports/grpc/endpoint-channels.ts'
import { proxyFor } from '../../transports/http/proxy.ts'
import type { Connection } from '../connection.ts'
import type { CertificateDescription, ClientDescription, Transport } from './client-description.ts'
import { summaryOf, tableOf } from './description-text.ts'

/** The endpoints of a client, where its connection does not tell them. */
export type Endpoints = Partial<Pick<ClientDescription, 'endpoint' | 'innerEndpoints'>>

/** Describes a client by its connection. Does no I/O and loads nothing. */
export function describeConnection(
  connection: Connection,
  transport: Transport,
  endpoints: Endpoints = {},
): ClientDescription {
  const { settings } = connection
  const { origins, universeDomain, notices } = settings
  const { quotaProjectId: ofCredentials, claims = { scopes: [] }, ...credentials } = knownCredentials(connection)
  const { audience, scopes } = claims
  const clientCertificate = describeCertificate(connection)
  const quotaProjectId = settings.quotaProjectId ?? ofCredentials
  const ofFile = `file:${credentials.file}` as const
  const proxy = describeProxy(connection, transport)
  const described: Omit<ClientDescription, 'summary'> = {
    endpoint: endpointOf(connection),
    ...endpoints,
    transport,
    universeDomain,
    credentials: credentials.type === 'api_key' ? { ...credentials, apiKey: HIDDEN } : credentials,
    ...omitUndefined({
      clientCertificate,
      quotaProjectId,
      audience,
      proxy: proxy?.url,
    }),
    scopes: [...scopes],
    notices: notices.map(({ code, message }) => ({ code, message })),
    origins: omitUndefined({
      endpoint: origins.endpoint,
      universeDomain: origins.universeDomain,
      credentials: originOfCredentials(connection),
      clientCertificate: clientCertificate && origins.clientCertificate,
      quotaProjectId: origins.quotaProjectId ?? (ofCredentials === undefined ? undefined : ofFile),
      scopes: scopes.length === 0 ? undefined : originOfScopes(scopes, settings, ofFile),
      audience: audience === undefined ? undefined : origins.audience,
      proxy: proxy && (`environment:${proxy.variable}` as const),
    }),
  }
  return printable({ summary: summaryOf(described), ...described })
}

/** What is in use now: a rotation that failed may have tried others. */
function knownCredentials({ settings, caller: { credentials }, live }: Connection): KnownCredentials {
  const content = live?.content
  if (content === undefined || live === undefined || ['none', 'auth_client'].includes(credentials.type))
    return credentials
  return describeContent(settings, content, live.file)
}

/** Adds the ways of printing, which are no part of the data. */
function printable(description: ClientDescription): ClientDescription {
  const print = { value: () => tableOf(description) }
  return freeze(Object.defineProperties(description, { toString: print, [inspectCustom]: print }))
}

function endpointOf({ settings, isAnyHost }: Connection): string {
  const { endpoint, origins, universeDomain } = settings
  return isAnyHost && origins.endpoint === 'service' ? `https://*.${universeDomain}/` : endpoint.url
}

const DAY = 24 * 60 * 60_000

function describeCertificate({ identity }: Connection): CertificateDescription | undefined {
  if (identity === undefined) return undefined
  const { lastLoaded } = identity
  if (lastLoaded === undefined) return { loaded: false }
  const { subject, issuer, validUntil } = lastLoaded
  const daysLeft = Math.floor((validUntil - Date.now()) / DAY)
  return { loaded: true, subject, issuer, validUntil: new Date(validUntil).toISOString(), daysLeft }
}

function originOfScopes(scopes: readonly string[], settings: ClientSettings, ofFile: Origin): Origin | undefined {
  if (scopes === settings.scopes) return settings.origins.scopes
  return scopes === defaultScopes ? 'default' : ofFile
}

/** Of the options, or of the environment, where these have any; else found as application default credentials. */
function originOfCredentials({ settings, caller }: Connection): Origin | 'argument' | undefined {
  const { origins } = settings
  const { type } = caller.credentials
  if (type === 'none') return undefined
  if (type === 'auth_client') return 'argument'
  return (type === 'api_key' ? origins.apiKey : (origins.credentials ?? origins.credentialsFile)) ?? 'default'
}

function describeProxy({ settings, environment }: Connection, transport: Transport) {
  const { endpoint } = settings
  const find = () =>
    transport === 'gRPC' ? proxyOf(endpoint, environment) : proxyFor(new URL(endpoint.url), environment)
  try {
    const found = find()
    return found && { url: `${found.url.protocol}//${found.url.host}`, variable: found.variable }
  } catch {
    // It was usable when the client was created, and is an error of the next connection.
    return undefined
  }
}

function freeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part)
  return Object.freeze(value)
}
