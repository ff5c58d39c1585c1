import {
  authorizedUser,
  createAuthority,
  externalAccount,
  gdchServiceAccount,
  impersonatedServiceAccount,
  startTokenServer,
  temporaryFolder,
  type TokenServer,
  trustAuthority,
  writeCredentials,
} from '@client-options/loopback'
import * as library from 'google-auth-library'
import { beforeAll, beforeEach, expect, test } from 'vitest'

import type { ClientOptionsInput } from '../options/types.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { readCredentialsFile } from './credentials-file.ts'
import { credentialsFromFile } from './from-file.ts'

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

let folder: string
let tokens: TokenServer

beforeAll(async () => {
  const authority = await createAuthority()
  trustAuthority(authority)
  const temporary = await temporaryFolder()
  folder = temporary.path
  tokens = await startTokenServer({ authority })
  return async () => {
    await tokens.close()
    await temporary[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  tokens.tokenRequests.length = 0
})

/** The credentials for a service that has no scopes of its own. */
async function credentialsOf(content: object, options: ClientOptionsInput = {}, of: typeof library = library) {
  const settings = resolveSettings(
    { universeDomain: 'localhost', ...options },
    { host: 'x.{universeDomain}' },
    { env: {} },
  )
  return credentialsFromFile(of, settings, readCredentialsFile(await writeCredentials(folder, content), {}))
}

test('where nobody names a scope, a token that needs one is for all of Google’s cloud', async () => {
  const user = authorizedUser(tokens)
  const source = { url: `${tokens.url}/subject` }
  await (await credentialsOf(externalAccount(tokens, source))).headers()
  await (await credentialsOf(impersonatedServiceAccount(tokens, user))).headers()
  await (await credentialsOf({ ...impersonatedServiceAccount(tokens, user), scopes: [] })).headers()
  const asked = tokens.tokenRequests.filter(({ kind }) => kind === 'exchange' || kind === 'impersonation')
  expect(asked.map(({ parameters }) => parameters['scope'])).toEqual([
    CLOUD_PLATFORM,
    [CLOUD_PLATFORM],
    [CLOUD_PLATFORM],
  ])
})

test('where nobody names a scope, a user’s token has none, nor has that of GDCH', async () => {
  const { content } = await gdchServiceAccount(tokens)
  await (await credentialsOf(authorizedUser(tokens))).headers()
  await (await credentialsOf(content)).headers()
  expect(tokens.tokenRequests.map(({ kind }) => kind)).toEqual(['refresh', 'gdch'])
  for (const { parameters } of tokens.tokenRequests) expect(parameters).not.toHaveProperty('scope')
})

test('a google-auth-library that knows no GDCH is refused', async () => {
  const { content } = await gdchServiceAccount(tokens)
  const { GdchClient: _, ...older } = library
  await expect(credentialsOf(content, {}, older as typeof library)).rejects.toThrow(
    expect.objectContaining({ code: 'unsupported_library', message: expect.stringContaining('google-auth-library') }),
  )
})
