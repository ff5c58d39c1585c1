import { createRequire } from 'node:module'

import { startHttpServer } from '@client-options/loopback'
import { BigQuery } from '@google-cloud/bigquery'
import { ApiError as StorageError, Storage } from '@google-cloud/storage'
import { OAuth2Client } from 'google-auth-library'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../../google-cloud.ts'
import { apiErrorClass } from './api-error.ts'
import {
  apiErrorOfBigQuery,
  apiErrorOfStorage,
  isJsonApiClient,
  type LibraryRequest,
  packageOf,
  replaceRequests,
  triedVersions,
} from './library-seam.ts'

const requireFromBigQuery = createRequire(createRequire(import.meta.url).resolve('@google-cloud/bigquery'))
const { ApiError: BigQueryError } = requireFromBigQuery('@google-cloud/common')

const rows = [
  { name: 'Storage', clientClass: Storage, find: apiErrorOfStorage, ApiError: StorageError },
  { name: 'BigQuery', clientClass: BigQuery, find: apiErrorOfBigQuery, ApiError: BigQueryError },
] as const

// A canary: it fails when a library changes what is not documented.
describe.each(rows)('what is not documented of $name', ({ clientClass, find, ApiError }) => {
  const authClient = new OAuth2Client()
  const create = () => new clientClass({ projectId: 'project', authClient, useAuthWithCustomEndpoint: true } as object)

  test('the installed version is one that was tried', () => {
    const { name, version } = packageOf(create())
    expect(triedVersions[name]).toContain(version)
  })

  test('requests can be prepared without being sent, and made by another function', async () => {
    const server = await startHttpServer()
    onTestFinished(() => server.close())
    const client: object = create()
    if (!isJsonApiClient(client)) throw new Error('The members that are used are not there')
    const authorize = vi.fn(async (request: LibraryRequest) => ({ ...request, headers: { authorized: 'yes' } }))
    Object.assign(client.authClient, { authorizeRequest: authorize })
    const made: LibraryRequest[] = []
    replaceRequests(client, prepare => async request => void made.push(await prepare(request)))
    client.makeAuthenticatedRequest({ uri: `${server.url}/{{projectId}}`, qs: { a: '{{projectId}}' } }, () => {})
    await vi.waitFor(() => expect(made).toHaveLength(1))
    expect(made).toMatchObject([{ uri: `${server.url}/project`, qs: { a: 'project' }, headers: { authorized: 'yes' } }])
    expect(authorize).toHaveBeenCalledTimes(1)
    expect(server.requests).toEqual([])
  })

  test('a request that cannot be authorized is an error of its preparation', async () => {
    const client: object = create()
    if (!isJsonApiClient(client)) throw new Error('The members that are used are not there')
    Object.assign(client.authClient, { authorizeRequest: () => Promise.reject(new Error('not authorized')) })
    const outcome = new Promise(resolve => {
      replaceRequests(client, prepare => request => void prepare(request).catch(resolve))
    })
    client.makeAuthenticatedRequest({ uri: 'https://never.example' }, () => {})
    expect(await outcome).toEqual(new Error('not authorized'))
  })

  test('the class of its errors is found', async () => {
    expect(await apiErrorClass(create(), find)).toBe(ApiError)
  })

  test('the class of its errors is replaced by a similar one where it cannot be found', async () => {
    class Changed extends (clientClass as typeof Storage) {}
    const Similar = await apiErrorClass(new Changed(), async () => undefined)
    const error = new Similar({ code: 404, message: 'Not Found', errors: [{ reason: 'notFound' }] })
    expect(error).toMatchObject({ code: 404, message: 'Not Found', errors: [{ reason: 'notFound' }] })
    expect(new Similar('in a word').message).toBe('in a word')
  })

  test('an instance that was created otherwise stays as it was', () => {
    const other = Object.entries(Object.getOwnPropertyDescriptors(clientClass.prototype))
    const client = createClient(clientClass as typeof Storage, { apiKey: 'key' })
    expect(Object.entries(Object.getOwnPropertyDescriptors(clientClass.prototype))).toEqual(other)
    expect(Object.keys(create().authClient)).not.toContain('authorizeRequest')
    expect(Object.keys(client.authClient)).toContain('authorizeRequest')
  })
})

describe('versions', () => {
  function inVersion(version: string, name = '@google-cloud/storage') {
    return class extends Storage {
      constructor(options: object) {
        super(options)
        Object.assign(this, { packageJson: { name, version } })
      }
    }
  }

  test.each(['7.0.0', '7.99.0', '8.4.0', '8.99.0-beta.1'])('%s is taken', version => {
    expect(createClient(inVersion(version), { apiKey: 'key' })).toBeInstanceOf(Storage)
  })

  test.each(['6.12.0', '9.0.0', '80.0.0', 'unknown'])('%s is refused by name', version => {
    expect(() => createClient(inVersion(version), { apiKey: 'key' })).toThrow(
      expect.objectContaining({
        code: 'unsupported_library',
        message: expect.stringMatching(`storage ${version} might .* use @google-cloud/storage \\^7.*\\^8.*or update`),
      }),
    )
  })

  test('a class of another package is refused by name', () => {
    expect(() => createClient(inVersion('8.4.0', '@other/storage'), { apiKey: 'key' })).toThrow(/@other\/storage/)
  })

  test('a class that does not pass its options on is refused', () => {
    class Forgetful extends Storage {
      constructor(_options: object) {
        super({ projectId: 'project' })
      }
    }
    expect(() => createClient(Forgetful, { apiKey: 'key', apiEndpoint: 'storage.example' })).toThrow(
      expect.objectContaining({ code: 'unsupported_client', message: expect.stringContaining('Forgetful') }),
    )
  })
})
