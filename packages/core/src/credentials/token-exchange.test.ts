import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import {
  createAuthority,
  externalAccount,
  type LoopbackServer,
  startHttpsServer,
  startTokenServer,
  temporaryFolder,
  type TokenServer,
  trustAuthority,
} from '@client-options/loopback'
import { IdentityPoolClient } from 'google-auth-library'
import { beforeAll, beforeEach, expect, test } from 'vitest'

import { limitExchange } from './token-exchange.ts'

let tokens: TokenServer
let elsewhere: LoopbackServer
let subjectFile: string

beforeAll(async () => {
  const authority = await createAuthority()
  trustAuthority(authority)
  const folder = await temporaryFolder()
  subjectFile = join(folder.path, 'subject')
  await writeFile(subjectFile, 'subject-token')
  tokens = await startTokenServer({ authority })
  elsewhere = await startHttpsServer({ authority, requireClientCertificate: false })
  return async () => {
    await Promise.all([tokens.close(), elsewhere.close()])
    await folder[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  elsewhere.requests.length = 0
  tokens.fault = (_kind, { path }) => ({ status: 307, headers: { location: `${elsewhere.url}${path}` } })
})

function createClient(): IdentityPoolClient {
  return new IdentityPoolClient({
    ...externalAccount(tokens, { file: subjectFile }),
    transporterOptions: { redirect: 'error', retryConfig: { noResponseRetries: 0 } },
  })
}

test('a client exchanges its token within the limits of its transporter', async () => {
  await expect(limitExchange(createClient(), () => {}).getAccessToken()).rejects.toThrow(/redirect/)
  expect(elsewhere.requests).toEqual([])
})

test('google-auth-library, by itself, hands the token on to where it is redirected', async () => {
  const { version } = createRequire(import.meta.url)('google-auth-library/package.json')
  await expect(createClient().getAccessToken(), version).rejects.toThrow()
  const sent = elsewhere.requests.map(({ body }) =>
    new URLSearchParams(Buffer.from(body).toString()).get('subject_token'),
  )
  // When this fails, the library has learnt it, and limitExchange may go.
  expect(sent, `google-auth-library ${version}`).toEqual(['subject-token'])
})

test('a version of google-auth-library that exchanges tokens otherwise is refused', () => {
  for (const exchange of [undefined, null, {}, () => {}]) {
    const client = createClient()
    Reflect.set(client, 'stsCredential', exchange)
    expect(() => limitExchange(client, () => {})).toThrow(
      expect.objectContaining({ code: 'unsupported_library', message: expect.stringContaining('google-auth-library') }),
    )
  }
})
