import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { promisify } from 'node:util'

import { pack } from './pack.ts'

/** A registry on this machine that has the packages of this repository, and nothing else. */
export interface LoopbackRegistry extends AsyncDisposable {
  readonly url: string
}

interface Document {
  readonly metadata: object
  readonly tarball: Uint8Array
}

/** A manager asks it for packages of the scope alone, so everything else comes from where it always does. */
export async function startRegistry(directories: readonly string[]): Promise<LoopbackRegistry> {
  const documents = new Map<string, Document>()
  const server = createServer((request, response) => {
    const [, name = '', file] =
      /^\/(@client-options\/[^/]+)(\/-\/.+)?$/.exec(decodeURIComponent(request.url ?? '')) ?? []
    const document = documents.get(name)
    if (document === undefined) response.writeHead(404).end('{}')
    else if (file !== undefined) response.end(document.tarball)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document.metadata))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Cannot find the port of the registry')
  const url = `http://127.0.0.1:${address.port}`

  for (const directory of directories) documents.set(`@client-options/${directory}`, await describe(directory, url))
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function describe(directory: string, url: string): Promise<Document> {
  const { filename } = await pack(directory)
  const tarball = await readFile(filename)
  const { stdout } = await promisify(execFile)('tar', ['-xzOf', filename, 'package/package.json'])
  const manifest = JSON.parse(stdout)
  const { name, version } = manifest
  const dist = {
    tarball: `${url}/${name}/-/${directory}-${version}.tgz`,
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
  }
  // Old enough for managers that wait some days before they install a version.
  const time = '2026-01-01T00:00:00.000Z'
  const metadata = {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
    time: { created: time, modified: time, [version]: time },
  }
  return { metadata, tarball }
}
