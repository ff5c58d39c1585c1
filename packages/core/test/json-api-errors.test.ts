import { BigQuery } from '@google-cloud/bigquery'
import { Storage } from '@google-cloud/storage'
import { OAuth2Client } from 'google-auth-library'
import { describe, expect, test } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import { compareClients, type CreateComparedClient, faults, operations } from './json-api-comparison.ts'

const authClient = new OAuth2Client()
authClient.setCredentials({ access_token: 'token', expiry_date: Date.now() + 3_600_000 })

const createBare: CreateComparedClient = (clientClass, apiEndpoint, options) =>
  Reflect.construct(clientClass, [{ ...options, apiEndpoint, authClient, useAuthWithCustomEndpoint: true }])

const createOurs: CreateComparedClient = (clientClass, apiEndpoint, options) =>
  createClient(clientClass as typeof Storage, { apiEndpoint }, { ...options, authClient } as never)

describe.each(operations)('$of, $name: errors and retries are those of the client without createClient', operation => {
  test.each(faults)('$name', { timeout: 20_000 }, async fault => {
    const [bare, ours] = await compareClients({ Storage, BigQuery }, [createBare, createOurs], operation, fault)
    expect(ours).toEqual(bare)
  })
})
