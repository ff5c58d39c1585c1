import { inspect } from 'node:util'

import {
  createAuthority,
  startRefusingGrpcServer,
  startRefusingHttpsServer,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'

import { describeClient } from '../src/node.ts'
import { clients } from './clients/all.ts'
import type { ClientUnderTest } from './clients/client-under-test.ts'

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const account = await writeServiceAccount(folder.path)

/**
 * Those whose errors are not made here, nor pass through here: a response of `fetch` or of an agent is no error, and what
 * @google/genai, firebase-admin and the streams of `Storage` make of it is theirs. `Firestore` tries a `get` five times.
 */
const others = /^(?:fetch|https\.Agent|Gemini|Vertex|Firebase|Storage, (?:download|resumable)|Firestore, get$)/
const described = clients.filter(({ name }) => !others.test(name))

/** The statuses that may be due to who asked, or whom; and one that is not. */
const statuses = [
  { name: 'UNAUTHENTICATED', http: 401, grpc: 16, isDescribed: true },
  { name: 'PERMISSION_DENIED', http: 403, grpc: 7, isDescribed: true },
  { name: 'NOT_FOUND', http: 404, grpc: 5, isDescribed: true },
  { name: 'INVALID_ARGUMENT', http: 400, grpc: 3, isDescribed: false },
]

async function failureOf(client: ClientUnderTest, { http, grpc }: (typeof statuses)[number]) {
  const options = { authority, requireClientCertificate: false }
  const server =
    client.transport === 'gRPC'
      ? await startRefusingGrpcServer(options, grpc)
      : await startRefusingHttpsServer(options, http)
  const handle = client.create(server, { credentialsFile: account.path, quotaProjectId: 'quota' })
  onTestFinished(async () => {
    await handle.close()
    await server.close()
  })
  const error = await handle.request().then(
    () => expect.unreachable('It was not refused'),
    (reason: unknown) => reason,
  )
  return { server, handle, error }
}

describe.each(described)('$name', client => {
  test.each(statuses)('$name', async status => {
    const { server, handle, error } = await failureOf(client, status)
    const summary =
      `${server.url}/ over ${client.transport}, ` +
      `service_account ${account.key.client_email} ${account.path}, quota project quota`
    expect(error).toHaveProperty('code')
    if (status.isDescribed) {
      expect(error).toHaveProperty('clientDescription', summary)
      expect(inspect(error)).toContain(summary)
      // An error of an HTTP library may hold what JSON has no place for.
      expect(Object.keys(Object(error))).toContain('clientDescription')
    } else {
      expect(error).not.toHaveProperty('clientDescription')
    }
    expect(describeClient(handle.rotatable).summary).toBe(summary)
  })
})
