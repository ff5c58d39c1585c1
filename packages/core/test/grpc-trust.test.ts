import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { createAuthority, temporaryFolder, trustAuthority } from '@client-options/loopback'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { libraries } from './clients/all.ts'
import { plainGrpc } from './clients/plain-clients.ts'

const client = plainGrpc(libraries)
const trusted = await createAuthority()
const named = await createAuthority('Named by the variable')
const clientCertSource = () => trusted.issue({ commonName: 'client' })
trustAuthority(trusted)

afterEach(() => void vi.unstubAllEnvs())

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
