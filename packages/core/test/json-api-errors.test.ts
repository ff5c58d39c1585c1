import { createRequire } from 'node:module'

import { BigQuery } from '@google-cloud/bigquery'
import { DNS } from '@google-cloud/dns'
import { Storage } from '@google-cloud/storage'
import { v2 } from '@google-cloud/translate'
import { OAuth2Client } from 'google-auth-library'
import { describe, expect, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import { compareClients, type CreateComparedClient, faults, operations, quickly } from './json-api-comparison.ts'

const classes = { Storage, BigQuery, Translate: v2.Translate, DNS }
const authClient = new OAuth2Client()
authClient.setCredentials({ access_token: 'token', expiry_date: Date.now() + 3_600_000 })

const createBare: CreateComparedClient = (clientClass, apiEndpoint, options) => {
  const client = Reflect.construct(clientClass, [
    { ...options, apiEndpoint, authClient, useAuthWithCustomEndpoint: true },
  ])
  // Translate and DNS take a host, and put https:// before it.
  return Object.assign(client, { baseUrl: client.baseUrl.replace('https://http:', 'http:') })
}

const createOurs: CreateComparedClient = (clientClass, apiEndpoint, options) =>
  createClient(clientClass as typeof Storage, { apiEndpoint }, { ...options, authClient } as never)

// Bare Translate and DNS have no option that would make their retries quick.
for (const packageName of ['@google-cloud/translate', '@google-cloud/dns']) {
  const { util } = createRequire(createRequire(import.meta.url).resolve(packageName))('@google-cloud/common')
  const makeRequest = util.makeRequest.bind(util)
  vi.spyOn(util, 'makeRequest').mockImplementation((request, config, callback) =>
    makeRequest(request, Object.assign(Object(config), quickly), callback),
  )
}

describe.each(operations)('$of, $name: errors and retries are those of the client without createClient', operation => {
  test.each(faults)('$name', { timeout: 20_000 }, async fault => {
    const [bare, ours] = await compareClients(classes, [createBare, createOurs], operation, fault)
    expect(ours).toEqual(bare)
  })
})
