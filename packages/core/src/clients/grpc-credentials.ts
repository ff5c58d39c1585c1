import { readFileSync } from 'node:fs'
import { getCACertificates, rootCertificates } from 'node:tls'

import type { ChannelCredentials } from '@grpc/grpc-js'

import type { ClientIdentity } from '../certificates/client-identity.ts'
import { ClientConnectError } from './errors.ts'

/** grpc-js, handed in: the copy that the client itself uses. */
export type GrpcLibrary = typeof import('@grpc/grpc-js')

/** Channel credentials whose connections show the client certificate, loaded when the first one is made. */
export function certificateCredentials(grpc: GrpcLibrary, identity: ClientIdentity): ChannelCredentials {
  const { experimental } = grpc
  // Named experimental by grpc-js, so a later version may lack it.
  if (typeof experimental?.createCertificateProviderChannelCredentials !== 'function') {
    const message = 'This @grpc/grpc-js has no certificate providers, without which no client certificate can be shown'
    throw new ClientConnectError('unsupported_library', `${message}; use a version from 1.12 on`)
  }
  const listeners = new Map<unknown, () => void>()
  const provider: Parameters<typeof grpc.experimental.createCertificateProviderChannelCredentials>[0] = {
    addCaCertificateListener(listener) {
      // Not at once: grpc-js has not yet stored what it is about to be told.
      process.nextTick(listener, { caCertificate: trustedRoots() })
    },
    removeCaCertificateListener() {},
    addIdentityCertificateListener(listener) {
      const tell = () => {
        identity.load().then(
          pair => listener({ certificate: Buffer.from(pair.certificate), privateKey: Buffer.from(pair.privateKey) }),
          () => listener(null),
        )
      }
      listeners.set(listener, identity.onRotation(tell))
      tell()
    },
    removeIdentityCertificateListener(listener) {
      listeners.get(listener)?.()
      listeners.delete(listener)
    },
  }
  return experimental.createCertificateProviderChannelCredentials(provider, provider)
}

/** The roots that grpc-js would trust: the file that its variable names, else Node's. */
function trustedRoots(): Buffer {
  const file = process.env['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH']
  if (file) return readFileSync(file)
  // Node before 22.15 cannot tell what it trusts besides the roots it brings.
  const roots = typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates
  return Buffer.from(roots.join('\n'))
}
