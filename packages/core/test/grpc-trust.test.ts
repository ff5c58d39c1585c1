import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { createAuthority, type LoopbackServer, temporaryFolder, trustAuthority } from '@client-options/loopback'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { libraries } from './clients/all.ts'
import { visionGrpc } from './clients/google-cloud-clients.ts'
import { plainGrpc } from './clients/plain-clients.ts'

const client = plainGrpc(libraries)
const vision = visionGrpc(libraries)
const trusted = await createAuthority()
const named = await createAuthority('Named by the variable')
const clientCertSource = () => trusted.issue({ commonName: 'client' })
trustAuthority(trusted)

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe.each([
  ['without a client certificate', {}],
  ['with a client certificate', { clientCertSource }],
])('a gRPC channel %s', (_name, options) => {
  test('trusts the roots of this process, and nobody else', async () => {
    expect(await errorOfRequestTo(trusted)).toBeUndefined()
    expect(await errorOfRequestTo(named)).toMatch('self-signed certificate in certificate chain')
  })

  test('trusts the roots in the file that the variable of grpc-js names, and nobody else', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'roots.pem')
    writeFileSync(file, named.certificate)
    vi.stubEnv('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', file)
    expect(await errorOfRequestTo(named)).toBeUndefined()
    expect(await errorOfRequestTo(trusted)).toMatch('self-signed certificate in certificate chain')
  })

  test('reads that file once for all clients of the process', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'roots.pem')
    writeFileSync(file, named.certificate)
    vi.stubEnv('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', file)
    expect(await errorOfRequestTo(named)).toBeUndefined()
    rmSync(file)
    expect(await errorOfRequestTo(named)).toBeUndefined()
  })

  test('cannot be created when that file cannot be read', async () => {
    await using server = await client.start(trusted)
    vi.stubEnv('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', '/no/such/roots.pem')
    const error = { code: 'unreadable_roots', cause: expect.objectContaining({ code: 'ENOENT' }) }
    expect(() => client.create(server, options)).toThrow(expect.objectContaining(error))
  })

  async function errorOfRequestTo(authority: typeof trusted): Promise<string | undefined> {
    await using server = await client.start(authority)
    const handle = client.create(server, { apiKey: 'K', ...options })
    try {
      await handle.request()
      return undefined
    } catch (error) {
      return String(error)
    } finally {
      await handle.close()
    }
  }
})

describe('the first TLS failure of a client is a process warning', () => {
  test.each([
    ['plain gRPC', (server: LoopbackServer) => client.create(server, { apiKey: 'K-CANARY', clientCertSource })],
    ['Vision', (server: LoopbackServer) => vision.create(server, { apiKey: 'K-CANARY' })],
  ])('%s: once, with the host and the variables, and no secret', async (_name, create) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await using server = await client.start(named)
    const handle = create(server)
    for (let round = 0; round < 3; round++) await expect(handle.request(700)).rejects.toThrow()
    await handle.close()
    const warnings = warn.mock.calls.filter(([, options]) => JSON.stringify(options)?.includes('tls_failed'))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.[1]).toEqual({ type: 'ClientOptionsWarning', code: 'tls_failed' })
    for (const part of [server.address, 'self-signed', 'NODE_EXTRA_CA_CERTS', 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH']) {
      expect(warnings[0]?.[0]).toContain(part)
    }
    expect(String(warnings[0]?.[0])).not.toContain('CANARY')
  })

  test('which a call that succeeds, or fails otherwise, does not cause', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await using server = await client.start(trusted)
    const handle = client.create(server, { apiKey: 'K' })
    await handle.request()
    await server.close()
    await expect(handle.request(500)).rejects.toThrow()
    await handle.close()
    expect(JSON.stringify(warn.mock.calls)).not.toContain('tls_failed')
  })
})
