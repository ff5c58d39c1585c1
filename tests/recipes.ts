import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import {
  type CertificateAuthority,
  createAuthority,
  type LoopbackHandler,
  type LoopbackProxy,
  type LoopbackServer,
  startHttpsServer,
  startProxy,
  writeServiceAccount,
} from '@client-options/loopback'
import { expect, onTestFinished } from 'vitest'

import { compile, examplesIn } from './readme-code.ts'

/** The hosts that the recipes name; all of them are one server. */
const names = [
  '*.googleapis.com',
  '*.mtls.googleapis.com',
  '*.p.googleapis.com',
  '*.example.com',
  '*.cloud.example.com',
]

/** A recipe whose examples run as they are printed: a proxy leads every host that they name to a server on this machine. */
export interface Recipe {
  /** Where the examples run, and find their files. */
  readonly folder: string
  readonly authority: CertificateAuthority
  readonly server: LoopbackServer
  readonly proxy: LoopbackProxy
  /** The names of the examples, in order. */
  readonly examples: readonly string[]
  /** Runs an example, and returns what it prints, line by line. */
  readonly run: (example: string, environment?: NodeJS.ProcessEnv) => Promise<string[]>
}

/** What the server answers: a bucket, whatever is listed. */
export const bucketList = { body: { items: [{ name: 'my-bucket', id: 'my-bucket' }] } }

/**
 * Compiles the examples of a recipe, and starts the server and the proxy. The folder has a service account's key, `key.json`.
 * @param changes Text of the examples that depends on the machine, such as a port, and what stands for it.
 */
export async function openRecipe(
  name: string,
  {
    handler = () => bucketList,
    changes = {},
  }: { handler?: LoopbackHandler; changes?: Readonly<Record<string, string>> } = {},
): Promise<Recipe> {
  const markdown = await readFile(new URL(`../docs/recipes/${name}.md`, import.meta.url), 'utf8')
  const examples = examplesIn(markdown)
  const authority = await createAuthority()
  const server = await startHttpsServer({ authority, names, requireClientCertificate: false, handler })
  onTestFinished(() => server.close())
  const proxy = await startProxy({ port: server.port })
  onTestFinished(() => proxy.close())

  const files = [...examples].map(([example, code]): [string, string] => [
    example,
    Object.entries(changes).reduce((text, [from, to]) => text.replaceAll(from, to), code),
  ])
  const folder = await compile(name, Object.fromEntries(files))
  await writeFile(join(folder, 'authority.pem'), authority.certificate)
  const { key } = await writeServiceAccount(folder)
  await writeFile(join(folder, 'key.json'), JSON.stringify(key))

  async function run(example: string, environment: NodeJS.ProcessEnv = {}): Promise<string[]> {
    const { stdout } = await promisify(execFile)(process.execPath, [`${example}.js`], {
      cwd: folder,
      env: {
        ...process.env,
        HOME: folder,
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
        ...environment,
      },
    })
    expect(examples.has(example)).toBe(true)
    return stdout.trimEnd().split('\n')
  }
  return { folder, authority, server, proxy, examples: [...examples.keys()], run }
}
