import type { CertificateDescription, ClientDescription, DescribedName } from './client-description.ts'

/** The endpoint and the credentials in use, in one line. */
export function summaryOf(description: Omit<ClientDescription, 'summary'>): string {
  const { endpoint, transport, clientCertificate, quotaProjectId, proxy } = description
  const parts = [
    `${endpoint} over ${transport}, ${callerOf(description)}`,
    clientCertificate && `client certificate ${certificateOf(clientCertificate)}`,
    quotaProjectId && `quota project ${quotaProjectId}`,
    proxy && `proxy ${proxy}`,
  ]
  return printable(parts.filter(Boolean).join(', '))
}

/** The same as a table, with everything in it and where it came from. */
export function tableOf(description: ClientDescription): string {
  const { innerEndpoints = {}, notices, origins } = description
  const rows = [
    row('endpoint', description.endpoint, 'endpoint'),
    ...Object.entries(innerEndpoints).map(([name, endpoint]) => row(`endpoint of ${name}`, endpoint)),
    row('transport', description.transport),
    row('universe domain', description.universeDomain, 'universeDomain'),
    row('credentials', typeOf(description), 'credentials'),
    row('account', description.credentials.account),
    row('impersonated account', description.credentials.impersonatedAccount, 'impersonatedAccount'),
    row('credentials file', description.credentials.file),
    row('client certificate', certificateOf(description.clientCertificate), 'clientCertificate'),
    row('quota project', description.quotaProjectId, 'quotaProjectId'),
    row('request reason', description.requestReason, 'requestReason'),
    row('user agent', description.userAgent, 'userAgent'),
    row('scopes', description.scopes.join(' ') || undefined, 'scopes'),
    row('audience', description.audience, 'audience'),
    row('proxy', description.proxy, 'proxy'),
    ...notices.map(({ message }) => row('notice', message)),
  ].flatMap(([label, value, name]) => (value === undefined ? [] : [[label, value, name && origins[name]] as const]))
  const labels = Math.max(...rows.map(([label]) => label.length))
  const values = Math.min(LONGEST, Math.max(...rows.map(([, value, origin]) => (origin ? value.length : 0))))
  return rows
    .map(([label, value, origin = '']) => `${label.padEnd(labels)}  ${value.padEnd(values)}  ${origin}`.trimEnd())
    .map(printable)
    .join('\n')
}

/** In a path or the names of a certificate may be what controls a terminal, or begins a line. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}

/** A longer value does not move the origins of all. */
const LONGEST = 60

type Row = readonly [label: string, value: string | undefined, name?: DescribedName]

function row(...cells: Row): Row {
  return cells
}

function typeOf({ credentials: { type, apiKey } }: Pick<ClientDescription, 'credentials'>): string {
  return [words[type] ?? type, apiKey].filter(Boolean).join(' ')
}

function callerOf(description: Pick<ClientDescription, 'credentials'>): string {
  const { account, impersonatedAccount, file } = description.credentials
  const asOther = impersonatedAccount && `impersonating ${impersonatedAccount}`
  return [typeOf(description), account, asOther, file].filter(Boolean).join(' ')
}

/** What no credentials file calls itself. */
const words: Partial<Record<ClientDescription['credentials']['type'], string>> = {
  api_key: 'API key',
  auth_client: 'auth client',
  application_default: 'application default credentials, not looked for yet',
  not_loaded: 'credentials, not loaded yet',
  metadata_server: 'service account of this machine',
  none: 'no credentials',
}

function certificateOf(certificate: CertificateDescription | undefined): string {
  if (certificate === undefined) return 'none'
  if (!certificate.loaded) return 'not loaded yet'
  const { subject, issuer, validUntil, daysLeft } = certificate
  const validity = daysLeft < 0 ? `expired on ${validUntil}` : `${daysLeft} days left`
  return `${subject} of ${issuer}, ${validity}`
}
