import type { CertificateAuthority, LoopbackServer, ServiceAccountKey } from '@client-options/loopback'

import type { ClientOptionsInput } from '../../src/index.ts'

/** A client that the cross-cutting suites drive: each suite runs once for every one of them. */
export interface ClientUnderTest {
  readonly name: string
  readonly transport: 'gRPC' | 'HTTP'
  /** Whether `request` is over at its limit; others would wait for a silent server for a minute and more. */
  readonly hasLimit?: boolean
  /** Whether the library keeps trying to connect, whatever the limit, for longer than a test can wait. */
  readonly isPatient?: boolean
  /** Whether the library goes on by itself, and after a failure for ever: for the effect matrix alone. */
  readonly goesOn?: boolean
  /** Starts a server that the client can talk to; it takes requests with and without a client certificate. */
  start(authority: CertificateAuthority): Promise<LoopbackServer>
  /** Creates the client for that server; `options` come on top of the endpoint. */
  create(server: LoopbackServer, options: ClientOptionsInput): Handle
  /** Creates the client as its library's users do, without this package. */
  createPlain(server: LoopbackServer, account: ServiceAccountKey): Handle
  /** How many requests `request` takes; one when left out. */
  readonly requestsPerCall?: number
  /** The host that it connects to when it has a certificate, where that is not the server's. */
  readonly mtlsHost?: string
  /** Options that the client refuses by name, with the code of its error. */
  readonly refuses?: Partial<Record<string, string>>
}

/** A client that was created. */
export interface Handle {
  /** What `rotateClientCertificate` takes. */
  readonly rotatable: object
  /**
   * Sends one request and checks that the answer arrived.
   * @param limit The milliseconds that it may take, retries and all, where the client has such a limit.
   */
  request(limit?: number): Promise<void>
  close(): unknown
}

/** The limit of a request that is given none. */
export const REQUEST_LIMIT = 5000
