import {
  authorizedUser,
  createAuthority,
  findSecret,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
} from '@client-options/loopback'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { createHealthCheck } from '../src/google-auth.ts'

const authority = await createAuthority()
trustAuthority(authority)
const tokens = await startTokenServer({ authority })
const folder = await temporaryFolder()
const user = authorizedUser(tokens)
const credentialsFile = await writeCredentials(folder.path, user)
afterAll(() => Promise.all([tokens.close(), folder[Symbol.asyncDispose]()]))

beforeEach(() => {
  tokens.fault = undefined
  tokens.tokenRequests.length = 0
})

const options = { apiEndpoint: 'vision.localhost', credentialsFile, universeDomain: 'localhost' }

describe('credentials', () => {
  test('are a token that could be had, which is kept for the next check', async () => {
    const check = createHealthCheck(options)
    expect(await check()).toEqual({ certificate: undefined, credentials: 'token' })
    expect(await check()).toEqual({ certificate: undefined, credentials: 'token' })
    expect(tokens.tokenRequests).toHaveLength(1)
  })

  test('are an API key, or nothing over http', async () => {
    expect(await createHealthCheck({ apiKey: 'a-key' })()).toMatchObject({ credentials: 'api_key' })
    const emulator = { apiEndpoint: 'http://localhost:8085' }
    expect(await createHealthCheck(emulator)()).toMatchObject({ credentials: 'none' })
    expect(tokens.tokenRequests).toEqual([])
  })

  test('are those of an auth client', async () => {
    const authClient = {
      universeDomain: 'googleapis.com',
      getRequestHeaders: async () => new Headers({ authorization: 'Bearer x' }),
    }
    expect(await createHealthCheck({}, undefined, { authClient })()).toMatchObject({ credentials: 'token' })
  })

  test('fail the check when no token can be had, and not the next one, without a secret', async () => {
    const check = createHealthCheck(options)
    tokens.fault = () => ({ status: 400, body: { error: 'invalid_grant' } })
    const error: unknown = await check().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'token_request_failed' })
    expect(findSecret(user.refresh_token, error)).toEqual([])
    tokens.fault = undefined
    expect(await check()).toMatchObject({ credentials: 'token' })
  })
})

describe('the certificate', () => {
  test('is loaded, and its end is told', async () => {
    const notAfter = new Date(Date.now() + 3_600_000)
    notAfter.setMilliseconds(0)
    const clientCertSource = vi.fn(async () => authority.issue({ commonName: 'client', notAfter }))
    const check = createHealthCheck({ ...options, clientCertSource })
    expect(await check()).toEqual({ certificate: { validUntil: notAfter }, credentials: 'token' })
    await check()
    expect(clientCertSource).toHaveBeenCalledOnce()
  })

  test('fails the check when it has ended', async () => {
    const notAfter = new Date(Date.now() - 1_000)
    const notBefore = new Date(Date.now() - 3_600_000)
    const clientCertSource = async () => authority.issue({ commonName: 'client', notBefore, notAfter })
    await expect(createHealthCheck({ ...options, clientCertSource })()).rejects.toMatchObject({
      name: 'ClientCertificateError',
      code: 'certificate_expired',
    })
  })
})
