import type { CredentialsContent } from '../../credentials/content-source.ts'
import { describeContent, type KnownCredentials } from '../../credentials/credentials-description.ts'
import { isOfFile } from '../../credentials/request-credentials.ts'
import { defaultScopes } from '../../credentials/token-claims.ts'
import { omitUndefined } from '../../files/omit-undefined.ts'
import { HIDDEN, inspectCustom } from '../../options/redact.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import type { Origin } from '../../settings/origin.ts'
import { proxyOf } from '../../transports/grpc/endpoint-channels.ts'
import { withoutUser } from '../../transports/http/find-proxy.ts'
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
  const { origins, universeDomain, requestReason, userAgent, notices } = settings
  const content = contentInUse(connection)
  const {
    quotaProjectId: ofCredentials,
    claims = { scopes: [] },
    ...credentials
  } = knownCredentials(connection, content)
  const { audience, scopes } = claims
  const clientCertificate = describeCertificate(connection)
  const isReplaceable = content !== undefined && isOfFile(settings)
  const quotaProjectId = isReplaceable ? ofCredentials : (settings.quotaProjectId ?? ofCredentials)
  const ofContent =
    credentials.file === undefined ? originOfCredentials(connection) : (`file:${credentials.file}` as const)
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
      requestReason,
      userAgent,
      audience,
      proxy: proxy?.url,
    }),
    scopes: [...scopes],
    notices: notices.map(({ code, message }) => ({ code, message })),
    origins: omitUndefined({
      endpoint: origins.endpoint,
      universeDomain: origins.universeDomain,
      credentials: originOfCredentials(connection),
      impersonatedAccount: credentials.impersonatedAccount === undefined ? undefined : origins.impersonate,
      clientCertificate: clientCertificate && origins.clientCertificate,
      quotaProjectId: quotaProjectId === undefined ? undefined : (origins.quotaProjectId ?? ofContent),
      requestReason: origins.requestReason,
      userAgent: origins.userAgent,
      scopes: scopes.length === 0 ? undefined : originOfScopes(scopes, settings, ofContent),
      audience: audience === undefined ? undefined : origins.audience,
      proxy: proxy && (`environment:${proxy.variable}` as const),
    }),
  }
  return printable({ summary: summaryOf(described), ...described })
}

/** What tokens are asked for with now: a rotation that failed may have tried others. */
function contentInUse({ caller: { credentials }, live }: Connection): CredentialsContent | undefined {
  return ['none', 'auth_client'].includes(credentials.type) ? undefined : live?.content
}

function knownCredentials({ settings, caller, live }: Connection, content?: CredentialsContent): KnownCredentials {
  return content === undefined ? caller.credentials : describeContent(settings, content, live?.file)
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

function originOfScopes<Of>(
  scopes: readonly string[],
  settings: ClientSettings,
  ofContent: Of,
): Of | Origin | undefined {
  if (scopes === settings.scopes) return settings.origins.scopes
  return scopes === defaultScopes ? 'default' : ofContent
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
    return found && withoutUser(found)
  } catch {
    // It was usable when the client was created, and is an error of the next connection.
    return undefined
  }
}

function freeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part)
  return Object.freeze(value)
}
