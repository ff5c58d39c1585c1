import { createRequire } from 'node:module'

import { startHttpServer } from '@client-options/loopback'
import { BigQuery } from '@google-cloud/bigquery'
import { DNS } from '@google-cloud/dns'
import { ApiError as StorageError, Storage } from '@google-cloud/storage'
import { v2 } from '@google-cloud/translate'
import { OAuth2Client } from 'google-auth-library'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../../google-cloud.ts'
import { apiErrorClass } from './api-error.ts'
import { isJsonApiClient, type JsonApiClient, type LibraryRequest, packageOf, replaceRequests } from './library-seam.ts'
import { sendsByNodeFetch2, services } from './services.ts'

function errorOfCommon(packageName: string): unknown {
  return createRequire(createRequire(import.meta.url).resolve(packageName))('@google-cloud/common').ApiError
}

const classes: Readonly<Record<string, readonly [new (options: object) => object, ApiError: unknown]>> = {
  '@google-cloud/storage': [Storage, StorageError],
  '@google-cloud/bigquery': [BigQuery, errorOfCommon('@google-cloud/bigquery')],
  '@google-cloud/translate': [v2.Translate, errorOfCommon('@google-cloud/translate')],
  '@google-cloud/dns': [DNS, errorOfCommon('@google-cloud/dns')],
}

// A canary: it fails when a library changes what is not documented.
describe.each(services)('what is not documented of $packageName', service => {
  const { packageName, testedVersions, makeApiError } = service
  const [clientClass, ApiError] = classes[packageName] ?? expect.unreachable()
  const options = { projectId: 'project', authClient: new OAuth2Client(), useAuthWithCustomEndpoint: true }

  function create(Class = clientClass): JsonApiClient {
    const client = new Class({ ...options })
    return isJsonApiClient(client) ? client : expect.unreachable('The members that are used are not there')
  }

  function unchanged(Class = clientClass) {
    const client = create(Class)
    Object.assign(client.authClient, { authorizeRequest: async (request: LibraryRequest) => request })
    return { client, send: client.makeAuthenticatedRequest, usesNodeFetch2: sendsByNodeFetch2(service, client) }
  }

  test('the installed version is one that was tested', () => {
    const { name, version } = packageOf(create())
    expect(name).toBe(packageName)
    expect(testedVersions).toContain(version)
  })

  test('requests can be prepared without being sent, and made by another function', async () => {
    const server = await startHttpServer()
    onTestFinished(() => server.close())
    const client = create()
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
    const client = create()
    Object.assign(client.authClient, { authorizeRequest: () => Promise.reject(new Error('not authorized')) })
    const outcome = new Promise(resolve => {
      replaceRequests(client, prepare => request => void prepare(request).catch(resolve))
    })
    client.makeAuthenticatedRequest({ uri: 'https://never.example' }, () => {})
    expect(await outcome).toEqual(new Error('not authorized'))
  })

  test('the class of its errors is found', async () => {
    expect(await apiErrorClass(unchanged(), makeApiError)).toBe(ApiError)
  })

  test('the class of its errors is replaced by a similar one where it cannot be found', async () => {
    class Changed extends clientClass {}
    const Similar = await apiErrorClass(unchanged(Changed), async () => undefined)
    const error = new Similar({ code: 404, message: 'Not Found', errors: [{ reason: 'notFound' }] })
    expect(error).toMatchObject({ code: 404, message: 'Not Found', errors: [{ reason: 'notFound' }] })
    expect(new Similar('in a word').message).toBe('in a word')
  })

  test('an instance that was created otherwise stays as it was', () => {
    const other = Object.entries(Object.getOwnPropertyDescriptors(clientClass.prototype))
    const client = createClient(clientClass as typeof Storage, { apiKey: 'key' })
    if (!isJsonApiClient(client)) expect.unreachable()
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
        message: expect.stringMatching(
          `storage ${version}: .* Use @google-cloud/storage \\^7.*\\^8.*update .* untried: true`,
        ),
      }),
    )
  })

  test('one that has lost what is used is refused, also to a caller who wants to try it', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    class Changed extends inVersion('9.0.0') {
      constructor(options: object) {
        super(options)
        Object.assign(this, { makeAuthenticatedRequest: undefined })
      }
    }
    expect(() => createClient(Changed, { apiKey: 'key' }, { untried: true })).toThrow(
      expect.objectContaining({ code: 'unsupported_library', message: expect.stringContaining('it has changed') }),
    )
  })

  test('a class of another package is refused by name', () => {
    expect(() => createClient(inVersion('8.4.0', '@other/storage'), { apiKey: 'key' })).toThrow(
      expect.objectContaining({ code: 'unsupported_client', message: expect.stringContaining('@other/storage') }),
    )
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
