import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createAuthority, startVisionGrpcServer, temporaryFolder, writeServiceAccount } from '@client-options/loopback'
import { expect, onTestFinished } from 'vitest'

import { environment } from '../../vitest.environment.ts'
import { pathOf } from './frameworks.ts'

export const identities = ['an API key', 'a service account'] as const

/**
 * Runs the README's first example in a folder where the packages are installed, and expects that the server sees the
 * certificate and the credentials. It connects to the loopback server, and has an option more; nothing else of it is changed.
 */
export async function expectReadmeExampleToWork(
  folder: string,
  identity: (typeof identities)[number],
  commandOf: (script: string) => readonly [program: string, args: readonly string[]],
): Promise<void> {
  await using temporary = await temporaryFolder()
  const authority = await createAuthority()
  const server = await startVisionGrpcServer({ authority })
  onTestFinished(() => server.close())
  const { cert, key } = await authority.issue({ commonName: 'reader' })
  await writeFile(join(folder, 'client.pem'), cert)
  await writeFile(join(folder, 'client-key.pem'), key)
  const authorityPath = join(temporary.path, 'authority.pem')
  await writeFile(authorityPath, authority.certificate)
  const account = await writeServiceAccount(temporary.path)

  const options = identity === 'an API key' ? { apiKey: 'key-of-reader' } : {}
  await writeFile(join(folder, 'example.mjs'), await exampleWith({ apiEndpoint: server.address, ...options }))
  const [program, args] = commandOf('example.mjs')
  const { stdout } = await promisify(execFile)(program, args, {
    cwd: folder,
    env: {
      ...process.env,
      ...environment,
      GOOGLE_APPLICATION_CREDENTIALS: account.path,
      NODE_EXTRA_CA_CERTS: authorityPath,
    },
  })
  expect(stdout).toBe('loopback\n')
  const shown = identity === 'an API key' ? options : { token: { issuer: account.key.client_email } }
  expect(server.requests).toMatchObject([{ clientCertificate: 'reader', ...shown }])
}

/** The code of the example, with options in the place of its endpoint. */
async function exampleWith(options: object): Promise<string> {
  const readme = await readFile(pathOf('README.md'), 'utf8')
  const [, code = ''] = /<!-- example: direct -->\n\n```ts\n(.*?)```/s.exec(readme) ?? []
  const endpoint = "apiEndpoint: 'foo.googleapis.com'"
  if (!code.includes(endpoint)) throw new Error(`The first example of the README does not have ${endpoint}`)
  return code.replace(endpoint, `...${JSON.stringify(options)}`)
}
