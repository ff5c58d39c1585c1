import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

import { createAuthority } from '@client-options/loopback'
import { describe, expect, onTestFinished, test } from 'vitest'

import { openDoctorWorkspace, writePair } from './doctor-workspace.ts'
import { unusedPort } from './ports.ts'

/** Servers other than those of Node.js send an alert before they close a connection; OpenSSL's is one. */
const hasOpenSsl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!hasOpenSsl).each(['tls1_2', 'tls1_3'])('a server that sends alerts, over %s', version => {
  test.each([
    ['certificate_required', ['clientCertificateFile', 'clientCertificateKeyFile']],
    ['certificate_refused', []],
  ])('%s', async (code, without) => {
    const workspace = await openDoctorWorkspace()
    const port = await startOpenSsl(workspace, version)
    await writePair(workspace, await (await createAuthority()).issue({ commonName: 'alice' }))
    const options = { ...workspace.options, apiEndpoint: `localhost:${port}` }
    const kept = Object.entries(options).filter(([name]) => !without.some(other => other === name))
    const { found, messages } = await workspace.examine(Object.fromEntries(kept))
    expect(found['endpoint']).toBe(code)
    expect(messages['endpoint']).toContain('(alert ')
  })
})

async function startOpenSsl(
  { authority, write, path }: Awaited<ReturnType<typeof openDoctorWorkspace>>,
  version: string,
): Promise<number> {
  const { cert, key } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] })
  await write('server.pem', cert)
  await write('server-key.pem', key)
  const port = await unusedPort()
  const files = ['-cert', 'server.pem', '-key', 'server-key.pem', '-CAfile', 'authority.pem']
  const args = [
    's_server',
    '-accept',
    `${port}`,
    ...files,
    '-Verify',
    '1',
    '-verify_return_error',
    `-${version}`,
    '-www',
  ]
  const server = spawn('openssl', args, { cwd: path, stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void server.kill('SIGKILL'))
  // It prints ACCEPT.
  await once(server.stdout, 'data')
  return port
}
