import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { createAuthority, startStorageServer } from '@client-options/loopback'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = await readFile(join(root, 'README.md'), 'utf8')
const run = promisify(execFile)

/** The files of the README's two applications, by the name in the comment above each. */
const files = new Map(
  [...readme.matchAll(/<!-- file: (\S+) -->\n\n```ts\n(.*?)```/gs)].map(([, name = '', code = '']) => [name, code]),
)

function codeOf(name: string): string {
  const code = files.get(name)
  if (code === undefined) throw new Error(`The README has no file ${name}`)
  return code
}

function linesOf(which: string): number {
  const code = codeOf(`${which}/application`) + codeOf(`${which}/override`)
  return code.split('\n').filter(line => line.trim() !== '').length
}

test('two clients of two tenants take at most two thirds of the lines that they take without the adapter', () => {
  const lines = { with: linesOf('with'), without: linesOf('without') }
  expect(readme).toContain(`That is ${lines.with} lines. The same without this package is ${lines.without},`)
  expect(lines.with / lines.without).toBeLessThanOrEqual(2 / 3)
})

/** A test overrides the options of one tenant; then the clients of each are used, and the signal shuts all down. */
const main = (storageId: string, imagesId: string) => `
import { clientId } from '@client-options/inversify/google-cloud'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import * as application from './application.js'

const { container } = application
const alive = setTimeout(() => console.log('still there'), 10_000)
if (process.argv[2] === 'override') await import('./override.js')
for (const name of ['tenant_a', 'tenant_b']) {
  const [storage, images] = [container.get(${storageId}), container.get(${imagesId})]
  if (!(images instanceof ImageAnnotatorClient)) throw new Error('not a client')
  if (storage.apiEndpoint.includes('localhost')) await storage.getBuckets({ project: 'project' })
  else console.log(name, 'has', storage.apiEndpoint)
  images.close = async () => console.log('closed', alive.unref() === alive)
}
process.kill(process.pid, 'SIGTERM')
`

const programs = {
  with: main('clientId(Storage, name)', 'clientId(ImageAnnotatorClient, name)'),
  without: main('application.storageOf(name)', 'application.imagesOf(name)'),
}

test.each(Object.entries(programs))(
  'the application %s the adapter compiles, and runs',
  { timeout: 60_000 },
  async (which, program) => {
    const authority = await createAuthority()
    const server = await startStorageServer({ authority, requireClientCertificate: false })
    onTestFinished(() => server.close())

    // Where this package and what it is developed with are found.
    await mkdir(join(root, 'node_modules/.readme'), { recursive: true })
    const folder = await mkdtemp(join(root, 'node_modules/.readme', `${which}-`))
    onTestFinished(() => rm(folder, { recursive: true }))
    const write = (file: string, content: string) => writeFile(join(folder, file), content)
    await write('application.ts', codeOf(`${which}/application`))
    await write('override.ts', codeOf(`${which}/override`))
    await write('main.ts', program)
    await write('authority.pem', authority.certificate)
    const compilerOptions = { target: 'es2023', module: 'nodenext', strict: true, types: ['node'], skipLibCheck: true }
    await write('tsconfig.json', JSON.stringify({ compilerOptions }))
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [compiler, '-p', folder]).catch(({ stdout }) => expect.unreachable(String(stdout)))

    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
      tenant_a_endpoint: server.address,
      tenant_a_key: 'key-of-a',
      tenant_b_endpoint: server.address,
      tenant_b_key: 'key-of-b',
    }
    const start = (...mode: string[]) => run(process.execPath, ['main.js', ...mode], { cwd: folder, env })
    expect(await start()).toEqual({ stdout: 'closed true\nclosed true\n', stderr: '' })
    expect(server.requests.map(({ apiKey }) => apiKey)).toEqual(['key-of-a', 'key-of-b'])
    expect((await start('override')).stdout).toBe(
      'tenant_a has https://storage.googleapis.com\nclosed true\nclosed true\n',
    )
    expect(server.requests.at(-1)).toHaveProperty('apiKey', 'key-of-b')
    expect(server.requests).toHaveLength(3)

    const { tenant_b_key: _unset, ...incomplete } = env
    const unset: unknown = await run(process.execPath, ['main.js'], { cwd: folder, env: incomplete }).catch(
      (error: unknown) => error,
    )
    expect(String(unset)).toContain('Set tenant_b_endpoint and tenant_b_key')

    const invalid = { cwd: folder, env: { ...env, tenant_b_endpoint: 'ftp://b.example.com' } }
    const failure: unknown = await run(process.execPath, ['main.js'], invalid).catch((error: unknown) => error)
    expect(String(failure)).toContain('Invalid client options: apiEndpoint: ')
    expect(String(failure).includes('the client options "tenant_b"')).toBe(which === 'with')
  },
)
