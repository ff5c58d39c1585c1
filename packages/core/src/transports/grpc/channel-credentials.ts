import { readFileSync } from 'node:fs'

import type { ChannelCredentials } from '@grpc/grpc-js'

import type { CertificatePair } from '../../certificates/certificate-pair.ts'
import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { type Environment, readVariable } from '../../options/environment.ts'
import { credentialsByConnection } from './connection-options.ts'
import { asksForConnectionOptions, type GrpcLibrary } from './grpc-library.ts'

const ROOTS_FILE = 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'

type Provider = Parameters<GrpcLibrary['experimental']['createCertificateProviderChannelCredentials']>[0]

/**
 * Channel credentials for TLS, whose connections present the client certificate, if there is one. Nothing is loaded before
 * the first connection is made: neither the certificate nor Node's roots, which would take longer than creating a client.
 * @throws {ClientConnectError} `unsupported_library`, or `unreadable_roots`.
 */
export function tlsCredentials(
  grpc: GrpcLibrary,
  identity: ClientIdentity | undefined,
  environment: Environment,
): ChannelCredentials {
  const { experimental } = grpc
  if (asksForConnectionOptions(grpc)) return credentialsByConnection(grpc, identity, trustedRoots(environment))
  // grpc-js calls them experimental, so a later version may not have them.
  if (typeof experimental?.createCertificateProviderChannelCredentials !== 'function') {
    if (identity === undefined) return grpc.credentials.createSsl()
    const message = 'Cannot present a client certificate: this version of @grpc/grpc-js has no certificate providers'
    throw new ClientConnectError('unsupported_library', `${message}; use a tested version, such as 1.14`)
  }
  const presented = identity === undefined ? null : identityProvider(identity)
  return experimental.createCertificateProviderChannelCredentials(
    new RootsProvider(trustedRoots(environment)),
    presented,
  )
}

/**
 * Tells grpc-js which roots to trust. Each client has its own: grpc-js takes credentials with the same providers for the same,
 * and shares connections then.
 */
class RootsProvider implements Provider {
  readonly #caCertificate: Buffer | undefined

  constructor(caCertificate: Buffer | undefined) {
    this.#caCertificate = caCertificate
  }

  addCaCertificateListener(listener: Parameters<Provider['addCaCertificateListener']>[0]): void {
    // Not at once: grpc-js has not yet stored what it is about to be told.
    process.nextTick(() => Reflect.apply(listener, undefined, [{ caCertificate: this.#caCertificate }]))
  }

  removeCaCertificateListener(): void {}
  addIdentityCertificateListener(): void {}
  removeIdentityCertificateListener(): void {}
}

/** Read once in a process, as grpc-js does: they are 200 kB, and of each client of a thousand that would be much. */
const rootsByFile = new Map<string, Buffer>()

/**
 * The roots that grpc-js would trust: the file that its variable names, else whatever Node trusts. That is said by
 * `undefined`, which grpc-js hands to Node as it is, though its types want PEM: to read some 150 of them takes OpenSSL
 * 5 ms for each connection, and before version 22.15 Node cannot tell which it trusts.
 * @throws {ClientConnectError} `unreadable_roots`.
 */
export function trustedRoots(environment: Environment): Buffer | undefined {
  const file = readVariable(environment, ROOTS_FILE)
  if (file === undefined) return undefined
  const known = rootsByFile.get(file)
  if (known !== undefined) return known
  try {
    const roots = readFileSync(file)
    rootsByFile.set(file, roots)
    return roots
  } catch (cause) {
    const message = `Cannot read the file that ${ROOTS_FILE} names; correct it, or unset it to use the root CAs of Node`
    throw new ClientConnectError('unreadable_roots', message, { cause })
  }
}

function identityProvider(identity: ClientIdentity): Provider {
  const listeners = new Map<unknown, () => void>()
  return {
    addCaCertificateListener() {},
    removeCaCertificateListener() {},
    addIdentityCertificateListener(listener) {
      const present = (pair: CertificatePair) => listener(presentedCertificate(pair))
      listeners.set(listener, identity.onLoad(present))
      identity.load().then(present, () => listener(null))
    },
    removeIdentityCertificateListener(listener) {
      listeners.get(listener)?.()
      listeners.delete(listener)
    },
  }
}

/**
 * The certificate as grpc-js reads it. It keeps this, so both are inherited from an object without a prototype: JSON does
 * not show them, nor does `util.inspect`, which shows and calls the getters of a class when it is asked for hidden ones.
 */
function presentedCertificate(pair: CertificatePair): { certificate: Buffer; privateKey: Buffer } {
  const inherited: object = Object.create(null, {
    certificate: { get: () => Buffer.from(pair.certificate) },
    privateKey: { get: () => Buffer.from(pair.privateKey) },
  })
  return Object.create(inherited)
}
