import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { createAuthority, type IssuedCertificate, trustAuthority } from '@client-options/loopback'

/** What the server wants with every request. */
export const API_KEY = 'AIza-benchmark-key'

/** What the server process is told when it starts. */
export interface ServerCertificates {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** What it answers. */
export interface ServerAddress {
  readonly grpcPort: number
  readonly httpsPort: number
}

/** A server in another process, whose authority this process trusts. */
export interface BenchmarkServer extends ServerAddress, AsyncDisposable {
  /** The authority's certificate, PEM. */
  readonly ca: string
  /** A certificate that the server takes. */
  issue(commonName: string): Promise<IssuedCertificate>
}

export async function startServer(): Promise<BenchmarkServer> {
  const authority = await createAuthority()
  trustAuthority(authority)
  const { cert, key } = await authority.issue({
    commonName: 'localhost',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
    usage: 'server',
  })
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const certificates: ServerCertificates = { cert, key, ca: authority.certificate }
  child.send(certificates)
  const [address]: ServerAddress[] = await once(child, 'message')
  if (address === undefined) throw new Error('The server did not start')
  return {
    ...address,
    ca: authority.certificate,
    issue: commonName => authority.issue({ commonName, usage: 'client' }),
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
