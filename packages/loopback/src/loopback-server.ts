import type { CertificateAuthority, RecordedRequest, TestServer } from '@client-options/testing'

/** What a test says of the requests of a server, while it runs. */
export interface Refusal {
  /** Requests that are not authenticated: they are answered with 401 or `UNAUTHENTICATED`, and recorded as all others. */
  refuses?: ((request: RecordedRequest) => boolean | Promise<boolean>) | undefined
}

type Address = Pick<TestServer, 'host' | 'port' | 'address' | 'url' | 'close'>

/** A test server whose requests a suite may clear, or watch as they arrive. */
export interface LoopbackServer extends Address, AsyncDisposable, Refusal {
  readonly requests: RecordedRequest[]
}

/** How a TLS server proves who it is, and what it asks of its clients. */
export interface LoopbackServerOptions {
  /** Signs the server's certificate, and is the only one whose client certificates are accepted. */
  authority: CertificateAuthority
  /** Default true, since most suites are about certificates. */
  requireClientCertificate?: boolean
  /** DNS names of the server's certificate besides `localhost`. */
  names?: readonly string[]
}

/** The server with the array that it pushes to, and with what its handlers look at. */
export function loopback<Server extends TestServer>(server: Server, refusal: Refusal): Server & LoopbackServer {
  const { requests } = server
  if (!isGrowing(requests)) throw new TypeError('The requests of a server are one array, which grows')
  return Object.assign(refusal, { ...server, requests })
}

/** The one array of a server, and not a copy for readers. */
export function isGrowing<T>(items: readonly T[]): items is T[] {
  return !Object.isFrozen(items)
}
