import { type FileState, fileState, hasChanged, noFiles } from '../files/fingerprint.ts'
import type { ClientCertificate } from '../settings/client-certificate.ts'
import type { CertificatePair } from './certificate-pair.ts'
import { isClientCertificateError } from './errors.ts'
import { loadCertificate } from './load-certificate.ts'

/** A certificate is renewed this long before its end, or a fifth of its remaining life before, if that is less. */
const RENEWAL_MARGIN = 5 * 60_000
/** Between two attempts to renew a certificate that is still valid, and between two looks at its files. */
const RENEWAL_PAUSE = 10_000
const FILE_CHECK_PAUSE = 1_000
/** A program that replaces a certificate and then its key is between the two for a moment. */
const MISMATCH_ATTEMPTS = 5
const MISMATCH_PAUSE = 200

/**
 * The certificate that a client presents. It is loaded at the first use: concurrent first uses share one call of the
 * source, and a failed load is tried again at the next use. It is loaded again when its files have changed, when it nears
 * its end, and on {@link ClientIdentity.rotate}; what is loaded stays in use while it is valid, whatever happens to its
 * renewal. Nothing runs between uses: no timer, no file watcher. So the first use after its end takes it out of use, and
 * its connections with it.
 */
export class ClientIdentity {
  readonly #certificate: ClientCertificate
  readonly #files: () => Promise<readonly string[]>
  readonly #onLoad = new Set<(pair: CertificatePair) => void>()
  readonly #onRetirement = new Set<() => void>()
  #current: CertificatePair | undefined
  #loading: Promise<CertificatePair> | undefined
  /** The one that has not begun to load, which all calls until then share. */
  #nextRotation: Promise<CertificatePair> | undefined
  #filesWhenLoaded = noFiles
  /** Wall-clock time, as the certificate's validity is. */
  #renewAt = 0
  /** Monotonic time: a clock that is set back must not make a pause longer. */
  #attemptRenewalAt = 0
  #checkFilesAt = 0

  /** @param files Returns the files behind the source, if any, besides those that it names itself, once they are there. */
  constructor(certificate: ClientCertificate, files: () => Promise<readonly string[]> = async () => []) {
    this.#certificate = certificate
    this.#files = files
  }

  /** Whether `load` would give the certificate in use, and have nothing to look at before. */
  isReady(): boolean {
    return this.current !== undefined && performance.now() < this.#checkFilesAt && !this.#isRenewalDue()
  }

  /** The certificate in use, where one is loaded and valid. */
  get current(): CertificatePair | undefined {
    if (this.#current !== undefined && Date.now() > this.#current.validUntil) this.#replace(undefined)
    return this.#current
  }

  /** The certificate that was last loaded, also where it has ended since; asking for it changes nothing. */
  get lastLoaded(): CertificatePair | undefined {
    return this.#current
  }

  /**
   * The certificate to show on a new connection.
   * @throws {ClientCertificateError} when there is none that is valid and none can be loaded.
   */
  async load(): Promise<CertificatePair> {
    const { current } = this
    if (current === undefined) return this.#renew()
    const isTimeToLook = performance.now() >= this.#checkFilesAt
    if (isTimeToLook && (await this.#filesHaveChanged(current))) return this.#renew().catch(() => this.load())
    if (this.#isRenewalDue()) this.#renewInBackground()
    return current
  }

  /**
   * Loads the certificate again. New connections present it; requests in progress finish on the old ones.
   * @throws {ClientCertificateError} when it cannot be loaded; the old one stays in use then.
   */
  rotate(): Promise<CertificatePair> {
    this.#nextRotation ??= this.#rotate()
    return this.#nextRotation
  }

  /**
   * Whether another certificate has taken the place of one that a server refused: its files are looked at, and it is loaded
   * again if they have changed.
   * @throws {ClientCertificateError} when they have, and what they hold now cannot be loaded; the old one stays in use then.
   */
  async hasReplaced(refused: CertificatePair): Promise<boolean> {
    if (this.current === refused && (await this.#filesHaveChanged(refused))) await this.#renew()
    const { current } = this
    return current !== undefined && current.certificate !== refused.certificate
  }

  /** Calls the listener with every certificate that is put into use; returns what ends that. */
  onLoad(listener: (pair: CertificatePair) => void): () => void {
    this.#onLoad.add(listener)
    return () => this.#onLoad.delete(listener)
  }

  /** Calls the listener whenever the certificate in use is replaced or has ended, and its connections must not be used again. */
  onRetirement(listener: () => void): void {
    this.#onRetirement.add(listener)
  }

  /** Whether a connection that was made with this certificate may be used for further requests. */
  isCurrent(pair: CertificatePair | undefined): boolean {
    return pair !== undefined && pair === this.current
  }

  async #rotate(): Promise<CertificatePair> {
    // One that is under way may have read what is to be replaced.
    do await this.#loading?.catch(() => {})
    while (this.#loading !== undefined)
    this.#nextRotation = undefined
    return this.#renew()
  }

  #renew(): Promise<CertificatePair> {
    this.#loading ??= this.#reload().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #reload(): Promise<CertificatePair> {
    const { pair, files } = await this.#loadWhole()
    const remaining = pair.validUntil - Date.now()
    this.#renewAt = pair.validUntil - Math.min(RENEWAL_MARGIN, remaining / 5)
    this.#filesWhenLoaded = files
    this.#replace(pair)
    return pair
  }

  /** Without a valid certificate to fall back on, a pair that does not match is loaded again, since it may be half replaced. */
  async #loadWhole(): Promise<{ pair: CertificatePair; files: FileState }> {
    for (let attempt = 1; ; attempt++) {
      // The state first: a change while the files are read then shows as a change, and they are read again.
      const files = await fileState(await this.#files())
      try {
        return { pair: await loadCertificate(this.#certificate), files }
      } catch (error) {
        const isMismatch = isClientCertificateError(error) && error.code === 'key_mismatch'
        if (!isMismatch || this.current !== undefined || attempt === MISMATCH_ATTEMPTS) throw error
        await new Promise(resolve => setTimeout(resolve, MISMATCH_PAUSE))
      }
    }
  }

  #replace(next: CertificatePair | undefined): void {
    const previous = this.#current
    this.#current = next
    if (next !== undefined) for (const listener of this.#onLoad) listener(next)
    if (previous !== undefined) for (const listener of this.#onRetirement) listener()
  }

  #isRenewalDue(): boolean {
    return Date.now() > this.#renewAt && performance.now() >= this.#attemptRenewalAt
  }

  /** A renewal must not delay a request that a valid certificate can carry, nor fail it. */
  #renewInBackground(): void {
    this.#attemptRenewalAt = performance.now() + RENEWAL_PAUSE
    this.#renew().catch(() => {})
  }

  async #filesHaveChanged(current: CertificatePair): Promise<boolean> {
    this.#checkFilesAt = performance.now() + FILE_CHECK_PAUSE
    const changes = await Promise.all([hasChanged(this.#filesWhenLoaded), hasChanged(current.files)])
    return changes.includes(true)
  }
}
