import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { environment } from '../../vitest.environment.ts'
import { pathOf } from './frameworks.ts'

/**
 * Runs the README's first example in the folder, and gives what it prints. It connects to `ENDPOINT`, with the options in
 * `OPTIONS` on top of its own; nothing else of it is changed.
 */
export async function runReadmeExample(folder: string, node: string, env: NodeJS.ProcessEnv): Promise<string> {
  const readme = await readFile(pathOf('README.md'), 'utf8')
  const [, code = ''] = /<!-- example: direct -->\n\n```ts\n(.*?)```/s.exec(readme) ?? []
  const options = "apiEndpoint: 'foo.googleapis.com', clientCertSource: getClientCert"
  if (!code.includes(options)) throw new Error(`The first example of the README does not have { ${options} }`)
  const replaced = `apiEndpoint: process.env.ENDPOINT, clientCertSource: getClientCert, ...JSON.parse(process.env.OPTIONS)`
  await writeFile(join(folder, 'example.mjs'), code.replace(options, replaced))
  const { stdout } = await promisify(execFile)(node, ['example.mjs'], {
    cwd: folder,
    env: { ...process.env, ...environment, ...env },
  })
  return stdout
}
