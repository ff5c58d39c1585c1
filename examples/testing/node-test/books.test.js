import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'

import { createFetch } from '@client-options/core/fetch'
import { errorResponse, startHttpServer, startProxy, startTokenServer } from '@client-options/testing'

const service = { host: 'books.{universeDomain}', scopes: ['https://www.googleapis.com/auth/books'] }
let server
let tokens

before(async () => {
  tokens = await startTokenServer()
  server = await startHttpServer({
    handler: ({ authorization }) =>
      authorization ? { body: { title: 'Emma' } } : errorResponse(401, 'UNAUTHENTICATED', 'Who are you?'),
  })
})
after(() => Promise.all([server.close(), tokens.close()]))
beforeEach(() => {
  server.clear()
  tokens.clear()
})

for (const type of [
  'authorized_user',
  'external_account',
  'external_account_authorized_user',
  'impersonated_service_account',
]) {
  test(`sends the token of the type ${type}`, async () => {
    const credentials = await tokens.writeCredentials(type)
    const fetch = createFetch({ ...server.options, ...credentials.options }, service)
    const response = await fetch('/v1/books/1')
    deepEqual(await response.json(), { title: 'Emma' })
    equal(server.requests[0].authorization, `Bearer ${tokens.tokenRequests.at(-1).token}`)
  })
}

test('goes through a proxy', async () => {
  const proxy = await startProxy({ user: { name: 'me', password: 'open sesame' } })
  Object.assign(process.env, proxy.environment)
  try {
    await createFetch({ ...server.options, apiKey: 'key-of-the-test' }, service)('/v1/books')
    deepEqual(
      proxy.tunnels.map(({ target }) => target),
      [server.address],
    )
    equal(proxy.received().includes('key-of-the-test'), false)
  } finally {
    for (const name of Object.keys(proxy.environment)) delete process.env[name]
    await proxy.close()
  }
})

test('says that its certificate has expired', async () => {
  const clientCertSource = () => server.authority.issue({ commonName: 'bob', notAfter: new Date('2020-01-01') })
  const fetch = createFetch({ ...server.options, apiKey: 'key-of-the-test', clientCertSource }, service)
  await rejects(fetch('/v1/books'), { name: 'ClientCertificateError', message: /2020/ })
  deepEqual(server.requests, [])
})
