import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { createAuthority, startVisionHttpsServer, writeServiceAccount } from '@client-options/loopback'
import { expect, onTestFinished, test } from 'vitest'

import { describeOptions, fileSchema, readmes, withOptionReference, withTables } from '../tools/write-docs.ts'
import { compile, examplesIn } from './readme-code.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = await readFile(join(root, 'README.md'), 'utf8')
const coreReadme = await readFile(join(root, 'packages/core/README.md'), 'utf8')
const run = promisify(execFile)

test.each(readmes)('the tables of %s are what the source says (else run: node tools/write-docs.ts)', async path => {
  const text = await readFile(join(root, path), 'utf8')
  expect(text).toContain('<!-- options: written by tools/write-docs.ts -->')
  expect(text).toBe(withTables(text))
})

test('the descriptions are the doc comments (else run: node tools/write-docs.ts)', async () => {
  const reference = await readFile(join(root, 'docs/options.md'), 'utf8')
  expect(reference).toBe(withOptionReference(reference))
  expect(await readFile(join(root, 'packages/core/src/options/descriptions.ts'), 'utf8')).toBe(describeOptions())
  expect(await readFile(join(root, 'packages/core/client-options.schema.json'), 'utf8')).toBe(fileSchema())
})

test('every block of TypeScript is one that is run here', () => {
  expect([...examplesIn(readme).keys()]).toEqual(['direct', 'nestjs', 'inversify', 'settings'])
})

test('the examples of core are those of the README', () => {
  expect(Object.fromEntries(examplesIn(coreReadme))).toEqual({
    direct: exampleOf('direct'),
    settings: exampleOf('settings'),
  })
})

test('every block of the guide and of the references compiles', { timeout: 60_000 }, async () => {
  const pages = await Promise.all(
    ['guide', 'errors', 'options'].map(name => readFile(join(root, `docs/${name}.md`), 'utf8')),
  )
  const blocks = [...pages.join('\n').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code)
  expect(blocks.length).toBeGreaterThan(5)
  await compile('guide', Object.fromEntries(blocks.map((code, index) => [`block-${index}`, code])))
})

test.each(['direct', 'nestjs', 'inversify'])(
  'the example "%s" compiles, and annotates an image',
  { timeout: 60_000 },
  async name => {
    // Over REST, and to the loopback server; nothing else is changed.
    const example = exampleOf(name)
      .replaceAll("'foo.googleapis.com'", 'process.env.ENDPOINT')
      .replace(/createClient\((\S+), options\)/, 'createClient($1, options, { fallback: true })')
      .replace('[ImageAnnotatorClient]', '[{ provide: ImageAnnotatorClient, extra: { fallback: true } }]')
    const folder = await compile(name, { example })
    const authority = await createAuthority()
    const server = await startVisionHttpsServer({ authority })
    onTestFinished(() => server.close())
    const { cert, key } = await authority.issue({ commonName: 'reader' })
    await writeFile(join(folder, 'client.pem'), cert)
    await writeFile(join(folder, 'client-key.pem'), key)
    await writeFile(join(folder, 'authority.pem'), authority.certificate)
    const account = await writeServiceAccount(folder)

    const { stdout } = await run(process.execPath, ['example.js'], {
      cwd: folder,
      env: {
        ...process.env,
        ENDPOINT: server.address,
        GOOGLE_APPLICATION_CREDENTIALS: account.path,
        NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
      },
    })
    expect(stdout).toBe('loopback\n')
    expect(server.requests).toMatchObject([
      { clientCertificate: 'reader', token: { issuer: account.key.client_email } },
    ])
  },
)

test('the example "settings" prints what its comments say', { timeout: 60_000 }, async () => {
  const folder = await compile('settings', { example: exampleOf('settings') })
  const { stdout } = await run(process.execPath, ['example.js'], { cwd: folder })
  const said = [...exampleOf('settings').matchAll(/\/\/ (.*)$/gm)].map(([, comment]) => comment)
  expect(stdout.trimEnd().split('\n')).toEqual(said)
})

function exampleOf(name: string): string {
  const code = examplesIn(readme).get(name)
  if (code === undefined) throw new Error(`The README has no example "${name}"`)
  return code
}
