import { syncBuiltinESMExports } from 'node:module'
import tls from 'node:tls'

import { Client, credentials } from '@grpc/grpc-js'
import { afterEach, expect, test, vi } from 'vitest'

import { startGrpcServer } from '../servers/grpc-server.ts'
import { startHttpServer } from '../servers/http-server.ts'
import { createAuthority } from './authority.ts'
import { trustAuthority } from './trust.ts'

afterEach(() => void vi.unstubAllEnvs())

const same = (message: Buffer) => message
const method = { requestStream: false, responseStream: false, requestDeserialize: same, responseSerialize: same }
const definition = { Echo: { ...method, path: '/test.Echo/Echo' } }

async function isTrustedByGrpc(address: string): Promise<boolean> {
  const client = new Client(address, credentials.createSsl(), { 'grpc.use_local_subchannel_pool': 1 })
  const error = await new Promise<Error | undefined>(resolve => client.waitForReady(Date.now() + 500, resolve))
  client.close()
  return error === undefined
}

test('clients of this process trust the authority from then on, and no other, until that ends', async () => {
  const [authority, other] = await Promise.all([createAuthority(), createAuthority()])
  await using https = await startHttpServer({ authority })
  await using grpc = await startGrpcServer(definition, {}, { authority })
  await using stranger = await startHttpServer({ authority: other })
  await expect(fetch(https.url)).rejects.toThrow('fetch failed')
  expect(await isTrustedByGrpc(grpc.address)).toBe(false)

  const trust = trustAuthority(authority)
  expect((await fetch(https.url)).status).toBe(404)
  expect(await isTrustedByGrpc(grpc.address)).toBe(true)
  await expect(fetch(stranger.url)).rejects.toThrow('fetch failed')

  trust[Symbol.dispose]()
  await using later = await startHttpServer({ authority })
  await expect(fetch(later.url)).rejects.toThrow('fetch failed')
  expect(await isTrustedByGrpc(grpc.address)).toBe(false)
})

test('is an error where gRPC clients would trust the roots of a file instead', async () => {
  vi.stubEnv('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', '/etc/ssl/certs/ca-certificates.crt')
  const authority = await createAuthority()
  const message = 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH is set; unset it'
  expect(() => trustAuthority(authority)).toThrow(message)
  await expect(startGrpcServer(definition, {})).rejects.toThrow(message)
  await using plain = await startGrpcServer(definition, {}, { tls: false })
  await using own = await startGrpcServer(definition, {}, { authority })
  expect([plain.url, own.url]).toEqual([expect.stringMatching('^http:'), expect.stringMatching('^https:')])
})

/** Of the replaced `createSecureContext` and of `addCACert`, which Node 20 and 22.12 are trusted by. */
test('works without setDefaultCACertificates', async () => {
  const { createSecureContext, setDefaultCACertificates } = tls
  try {
    Object.assign(tls, { setDefaultCACertificates: undefined })
    vi.resetModules()
    const [{ trustAuthority }, authority] = [await import('./trust.ts'), await createAuthority()]
    await using https = await startHttpServer({ authority })
    await using grpc = await startGrpcServer(definition, {}, { authority })
    const trust = trustAuthority(authority)
    expect(tls.createSecureContext).not.toBe(createSecureContext)
    expect((await fetch(https.url)).status).toBe(404)
    expect(await isTrustedByGrpc(grpc.address)).toBe(true)

    trust[Symbol.dispose]()
    await using later = await startHttpServer({ authority })
    await expect(fetch(later.url)).rejects.toThrow('fetch failed')
    expect(await isTrustedByGrpc(grpc.address)).toBe(false)
  } finally {
    Object.assign(tls, { createSecureContext, setDefaultCACertificates })
    syncBuiltinESMExports()
  }
})
