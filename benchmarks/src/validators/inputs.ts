const source = () => ({ cert: '', key: '' })
const tracerProvider = { getTracer: () => ({}) }
const apiKey = 'AIzaSyD-0123456789abcdefghijklmnopqrstu'

/** Most of the options, as a user would give them. */
export const full = {
  apiEndpoint: 'vision.googleapis.com',
  clientCertSource: source,
  quotaProjectId: 'my-project',
  scopes: ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/cloud-vision'],
  apiKey,
  apiAudience: 'https://vision.googleapis.com/',
  universeDomain: 'googleapis.com',
}

/** The same in the other spelling. */
export const fullInSnakeCase = {
  api_endpoint: full.apiEndpoint,
  client_cert_source: source,
  quota_project_id: full.quotaProjectId,
  scopes: full.scopes,
  api_key: apiKey,
  api_audience: full.apiAudience,
  universe_domain: full.universeDomain,
}

export const cases = [
  'valid, full',
  'valid, small',
  'snake_case, full',
  'invalid: type',
  'invalid: unknown key',
  'invalid: exclusive',
] as const

export type Case = (typeof cases)[number]

/** What is measured: each case is one input, or several that take turns. */
export const measured: Readonly<Record<Case, readonly object[]>> = {
  'valid, full': [full],
  'valid, small': [
    { apiEndpoint: 'vision.googleapis.com' },
    { apiEndpoint: 'vision.googleapis.com', clientCertSource: source },
    { quotaProjectId: 'my-project' },
    { apiKey, quotaProjectId: 'my-project' },
  ],
  'snake_case, full': [fullInSnakeCase],
  'invalid: type': [{ apiEndpoint: 443, quotaProjectId: 'my-project' }],
  'invalid: unknown key': [{ apiEndpont: 'vision.googleapis.com', quotaProjectId: 'my-project' }],
  'invalid: exclusive': [{ apiKey, credentialsFile: '/etc/key.json' }],
}

/** What every implementation must accept. */
export const valid: readonly object[] = [
  {},
  ...measured['valid, full'],
  ...measured['valid, small'],
  { apiEndpoint: 'localhost:8443' },
  { apiEndpoint: '[::1]:8443' },
  { apiEndpoint: 'https://example.com/base' },
  { clientEncryptedCertSource: source, credentialsFile: '/home/jürgen/my keys/key.json' },
  { scopes: [] },
  { universeDomain: 'Example.COM', tracerProvider },
  { apiKey: null, credentialsFile: 'key.json', clientCertSource: null, clientEncryptedCertSource: source },
  { apiEndpoint: null, quotaProjectId: null, scopes: null, apiAudience: null, tracerProvider: null },
  { apiEndpoint: undefined, clientCertSource: undefined, universeDomain: undefined, scopes: undefined },
]

/** What every implementation must refuse. */
export const invalid: readonly unknown[] = [
  ...measured['invalid: type'],
  ...measured['invalid: unknown key'],
  ...measured['invalid: exclusive'],
  null,
  'apiKey=K',
  7,
  { clientCertSource: source, clientEncryptedCertSource: source },
  { apiKey: '' },
  { apiKey: '   ' },
  { apiKey: 'key\n' },
  { apiKey: 'ключ' },
  { apiKey: '[hidden]' },
  { apiKey: 7 },
  { quotaProjectId: 'my project' },
  { apiEndpoint: '' },
  { apiEndpoint: 'ftp://example.com' },
  { apiEndpoint: 'https://user:password@example.com' },
  { apiEndpoint: 'example.com:70000' },
  { apiEndpoint: 'example.com?query' },
  { universeDomain: 'https://example.com' },
  { universeDomain: '127.0.0.1' },
  { credentialsFile: ' key.json' },
  { credentialsFile: '{\n}' },
  { apiAudience: 'audience ' },
  { scopes: 'scope' },
  { scopes: ['fine', ''] },
  { scopes: ['two scopes'] },
  { scopes: ['fine', 7] },
  { scopes: ['"quoted"'] },
  { scopes: Array.from({ length: 1001 }, (_, index) => `scope-${index}`) },
  { clientCertSource: 'cert.pem' },
  { tracerProvider: {} },
  { api_key: 'K', nope: 1 },
]
