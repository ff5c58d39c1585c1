import { describe, expect, test } from 'vitest'

import { nearestOption } from './nearest.ts'

describe('nearestOption', () => {
  test.for<[key: string, nearest: string]>([
    ['apiEndpoit', 'apiEndpoint'],
    ['api_endpoit', 'api_endpoint'],
    ['ApiEndpoint', 'apiEndpoint'],
    ['API_ENDPOINT', 'api_endpoint'],
    ['api-endpoint', 'apiEndpoint'],
    ['apikey', 'apiKey'],
    ['apiKeys', 'apiKey'],
    ['scope', 'scopes'],
    ['endpoint', 'apiEndpoint'],
    ['audience', 'apiAudience'],
    ['universe_', 'universe_domain'],
    ['projectId', 'quotaProjectId'],
    ['quota_project', 'quota_project_id'],
    ['credentials', 'credentialsFile'],
    ['clientCertSourse', 'clientCertSource'],
    ['client_encrypted_cert_sourc', 'client_encrypted_cert_source'],
  ])('sees that %s means %s', ([key, nearest]) => {
    expect(nearestOption(key)).toBe(nearest)
  })

  test.for([
    '',
    'x',
    'ke',
    'foo',
    'apiKeyxyz',
    'keyFilename',
    'toString',
    '__proto__',
    'servicePath',
    'a'.repeat(41),
    '🔑🔑🔑🔑',
  ])('sees no option in %j', key => {
    expect(nearestOption(key)).toBeUndefined()
  })

  test('does not compare a key of a megabyte', () => {
    expect(nearestOption(`apiKey${'_'.repeat(1_000_000)}x`.repeat(10))).toBeUndefined()
  })
})
