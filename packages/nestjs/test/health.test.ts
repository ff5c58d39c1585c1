import {
  createAuthority,
  startTokenServer,
  temporaryFolder,
  writeCredentials,
  authorizedUser,
  trustAuthority,
} from '@client-options/loopback'
import { afterAll, expect, it } from 'vitest'

import { googleCloudHealth } from '../src/google-cloud.ts'

const authority = await createAuthority()
trustAuthority(authority)
const tokens = await startTokenServer({ authority })
const folder = await temporaryFolder()
afterAll(() => Promise.all([tokens.close(), folder[Symbol.asyncDispose]()]))

it('is up with a token that could be had and a certificate, and tells how long that is valid', async () => {
  const credentialsFile = await writeCredentials(folder.path, authorizedUser(tokens))
  const notAfter = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000)
  const health = googleCloudHealth('google', {
    apiEndpoint: 'vision.localhost',
    universeDomain: 'localhost',
    credentialsFile,
    clientCertSource: () => authority.issue({ commonName: 'client', notAfter }),
  })
  const { google } = await health()
  expect(google).toEqual({
    status: 'up',
    credentials: 'token',
    certificateValidUntil: notAfter.toISOString(),
    certificateValidFor: expect.any(Number),
  })
  expect(google?.certificateValidFor).toBeGreaterThan(3_500)
  expect(google?.certificateValidFor).toBeLessThanOrEqual(3_601)
})

it('is up with an API key', async () => {
  expect(await googleCloudHealth('google', { apiKey: 'a-key' })()).toEqual({
    google: { status: 'up', credentials: 'api_key' },
  })
})

it('is down, and says why, when there is no certificate or no token; and up again', async () => {
  let isBroken = true
  const health = googleCloudHealth(
    'google',
    {
      apiEndpoint: 'vision.example.com',
      clientCertSource: () => (isBroken ? Promise.reject(new Error('no card')) : authority.issue({ commonName: 'c' })),
    },
    {
      authClient: {
        universeDomain: 'googleapis.com',
        getRequestHeaders: () => (isBroken ? Promise.reject(new Error('no token')) : Promise.resolve(new Headers())),
      },
    },
  )
  const { google } = await health()
  expect(google).toEqual({ status: 'down', message: expect.stringContaining('certificate') })
  isBroken = false
  expect(await health()).toMatchObject({ google: { status: 'up' } })
})

it('refuses options that are none when it is made', () => {
  expect(() => googleCloudHealth('google', { apiEndpoint: '' })).toThrow('apiEndpoint')
})
