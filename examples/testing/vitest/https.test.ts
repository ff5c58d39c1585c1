import { createFetch } from '@client-options/core/fetch'
import { startHttpServer } from '@client-options/testing'
import { expect, test } from 'vitest'

test('sends the API key, and presents the client certificate', async () => {
  await using server = await startHttpServer({
    requireClientCertificate: true,
    handler: ({ path }) => (path === '/v1/books/1' ? { body: { title: 'Emma' } } : undefined),
  })
  const fetch = createFetch({ ...server.options, apiKey: 'key-of-the-test' }, { host: 'books.{universeDomain}' })

  const response = await fetch('/v1/books/1')

  expect(await response.json()).toEqual({ title: 'Emma' })
  expect(server.requests).toMatchObject([
    { method: 'GET', path: '/v1/books/1', apiKey: 'key-of-the-test', clientCertificate: 'test-client' },
  ])
})
