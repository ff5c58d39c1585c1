/** Options of Google's Node clients that are client options under another name, and what to set instead. */
export const otherNames = {
  cert: 'set clientCertSource',
  client_email: 'set credentials to the object that has it',
  email: 'set credentials or credentialsFile',
  host: 'set apiEndpoint',
  key: 'set clientCertSource or apiKey',
  keyFile: 'set credentialsFile',
  keyFilename: 'set credentialsFile',
  port: 'set apiEndpoint to host:port',
  private_key: 'set credentials to the object that has it',
  protocol: 'set apiEndpoint to a URL',
  servicePath: 'set apiEndpoint',
  sqlAdminAPIEndpoint: 'set apiEndpoint',
  ssl: 'set apiEndpoint to an http:// URL for plain text',
  sslCreds: 'set clientCertSource',
  targetPrincipal: 'set impersonate',
} as const

const adviceByName = new Map<string, string>(Object.entries(otherNames))

/** Options that belong to a client itself. */
const clientSettings = new Set([
  'auth',
  'authClient',
  'databaseId',
  'fallback',
  'libName',
  'libVersion',
  'location',
  'project',
  'projectId',
  'vertexai',
])

/** What to do about an option of Google's Node clients that is not a client option of that name. */
export function adviceForOtherName(name: string): string | undefined {
  if (clientSettings.has(name)) return 'it belongs to the client itself: pass it as an additional option of the client'
  return adviceByName.get(name)
}
