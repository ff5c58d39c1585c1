import { Client, credentials } from '@grpc/grpc-js'
import { expect, test, vi } from 'vitest'

import { createAuthority } from './authority.ts'
import { startHttpsServer } from './http-server.ts'
import { trustAuthority } from './trust.ts'
import { startVisionGrpcServer } from './vision.ts'

async function isTrustedByGrpc(address: string): Promise<boolean> {
  const client = new Client(address, credentials.createSsl(), { 'grpc.use_local_subchannel_pool': 1 })
  const error = await new Promise<Error | undefined>(resolve => client.waitForReady(Date.now() + 500, resolve))
  client.close()
  return error === undefined
}

test('clients of this process trust the authority from then on, and no other', async () => {
  const [authority, other] = await Promise.all([createAuthority(), createAuthority()])
  const requireClientCertificate = false
  await using https = await startHttpsServer({ authority, requireClientCertificate })
  await using grpc = await startVisionGrpcServer({ authority, requireClientCertificate })
  await using stranger = await startHttpsServer({ authority: other, requireClientCertificate })

  await expect(fetch(https.url)).rejects.toThrow('fetch failed')
  expect(await isTrustedByGrpc(grpc.address)).toBe(false)

  trustAuthority(authority)

  expect((await fetch(https.url)).status).toBe(404)
  expect(await isTrustedByGrpc(grpc.address)).toBe(true)
  await expect(fetch(stranger.url)).rejects.toThrow('fetch failed')
})

test('refuses to work where grpc-js would not see it', async () => {
  vi.stubEnv('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', '/etc/ssl/certs/ca-certificates.crt')
  const authority = await createAuthority()
  expect(() => trustAuthority(authority)).toThrow('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH')
  vi.unstubAllEnvs()
})
