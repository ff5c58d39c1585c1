import { createFetch } from '@client-options/core/fetch'
import { startHttpServer, startTokenServer } from '@client-options/testing'
import { expect, test } from 'vitest'

test('sends the token of the user', async () => {
  await using tokens = await startTokenServer()
  await using server = await startHttpServer({ handler: () => ({ body: {} }) })
  const user = await tokens.writeCredentials('authorized_user')
  const service = { host: 'books.{universeDomain}', scopes: ['https://www.googleapis.com/auth/books'] }
  const fetch = createFetch({ ...server.options, ...user.options }, service)

  await fetch('/v1/books')

  const [request] = tokens.tokenRequests
  expect(request).toMatchObject({ kind: 'refresh', parameters: { refresh_token: user.content.refresh_token } })
  expect(server.requests).toMatchObject([{ authorization: `Bearer ${request?.token}` }])
})
