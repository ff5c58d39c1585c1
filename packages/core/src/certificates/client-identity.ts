import type { ClientCertificate } from '../settings/client-certificate.ts'
import type { CertificatePair } from './certificate-pair.ts'
import { loadCertificate } from './load-certificate.ts'

/**
 * The certificate that a client shows, loaded at its first use: concurrent first uses share one call of the source,
 * and a failed load is tried again at the next use.
 */
export class ClientIdentity {
  readonly #certificate: ClientCertificate
  #loaded: Promise<CertificatePair> | undefined

  constructor(certificate: ClientCertificate) {
    this.#certificate = certificate
  }

  /** @throws {ClientCertificateError} when the certificate cannot be loaded. */
  load(): Promise<CertificatePair> {
    this.#loaded ??= this.#loadAnew()
    return this.#loaded
  }

  async #loadAnew(): Promise<CertificatePair> {
    try {
      return await loadCertificate(this.#certificate)
    } catch (error) {
      this.#loaded = undefined
      throw error
    }
  }
}
