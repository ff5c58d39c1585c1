import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'

import { authorityExtensions, endEntityExtensions, type KeyPair, signCertificate } from './certificate.ts'

/** A certificate and its private key, both PEM; the key is PKCS#8. A `clientCertSource` may return one. */
export interface IssuedCertificate {
  /** The certificate, PEM. */
  readonly cert: string
  /** Its private key, PEM. */
  readonly key: string
}

/** What a certificate says. */
export interface IssueRequest {
  /** The name that a server records as `clientCertificate`. */
  readonly commonName: string
  /** Subject alternative names, such as `localhost` or `*.example.com`. */
  readonly dnsNames?: readonly string[]
  /** Subject alternative names, such as `127.0.0.1` or `::1`. */
  readonly ipAddresses?: readonly string[]
  /** By default five minutes ago, or a year before a `notAfter` that is earlier. */
  readonly notBefore?: Date
  /** By default in a year, or a year after a `notBefore` that is later. */
  readonly notAfter?: Date
  /** The extended key usage, by default `both`. */
  readonly usage?: 'client' | 'server' | 'both'
}

/** A certificate authority whose key is in memory only. */
export interface CertificateAuthority {
  /** Its own certificate, PEM. */
  readonly certificate: string
  /** Its private key, PEM; `openAuthority` opens the same authority by it in another process. */
  readonly key: string
  /**
   * Issues a certificate with a new key (ECDSA, P-256).
   *
   * @param request What the certificate says.
   * @throws {TypeError} When one of `ipAddresses` is not an IP address.
   */
  issue(request: IssueRequest): Promise<IssuedCertificate>
}

const MINUTE = 60_000
const YEAR = 365 * 24 * 60 * MINUTE
const usedBy = { client: ['client'], server: ['server'], both: ['client', 'server'] } as const

/**
 * Makes a certificate authority with a new key. Two of the same name do not trust each other's certificates.
 *
 * @param commonName The name in its certificate.
 */
export async function createAuthority(commonName = 'Test Authority'): Promise<CertificateAuthority> {
  const keys = await generateKeys()
  const certificate = signCertificate({
    subject: commonName,
    issuer: commonName,
    ...validity({ notAfter: new Date(Date.now() + 10 * YEAR) }),
    publicKey: keys.publicKey,
    issuerKeys: keys,
    extensions: authorityExtensions(),
  })
  return authorityOf(commonName, certificate, keys)
}

/**
 * Opens an authority that another process made, from its `certificate` and `key`: for a process that trusts it by
 * `NODE_EXTRA_CA_CERTS`, which Node reads only when it starts.
 *
 * @param authority The certificate and the private key of the authority, PEM.
 * @throws {Error} When one of the two cannot be parsed.
 */
export async function openAuthority(
  authority: Pick<CertificateAuthority, 'certificate' | 'key'>,
): Promise<CertificateAuthority> {
  const { certificate, key } = authority
  const { CN: name } = new X509Certificate(certificate).toLegacyObject().subject
  const privateKey = createPrivateKey(key)
  return authorityOf(String(name), certificate, { privateKey, publicKey: createPublicKey(privateKey) })
}

function authorityOf(name: string, certificate: string, issuerKeys: KeyPair): CertificateAuthority {
  async function issue(request: IssueRequest): Promise<IssuedCertificate> {
    const { commonName, dnsNames = [], ipAddresses = [], usage = 'both' } = request
    const { publicKey, privateKey } = await generateKeys()
    const cert = signCertificate({
      subject: commonName,
      issuer: name,
      ...validity(request),
      publicKey,
      issuerKeys,
      extensions: endEntityExtensions(usedBy[usage], dnsNames, ipAddresses),
    })
    return { cert, key: privateKeyPem(privateKey) }
  }
  return Object.freeze({ certificate, key: privateKeyPem(issuerKeys.privateKey), issue })
}

function generateKeys(): Promise<KeyPair> {
  return promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
}

/** Starts a few minutes early: a certificate knows no milliseconds, and clocks of two processes may differ. */
function validity({ notBefore, notAfter }: Pick<IssueRequest, 'notBefore' | 'notAfter'>): {
  notBefore: Date
  notAfter: Date
} {
  const early = Date.now() - 5 * MINUTE
  const start = notBefore?.getTime() ?? Math.min(early, notAfter === undefined ? early : notAfter.getTime() - YEAR)
  const end = notAfter?.getTime() ?? Math.max(Date.now(), start) + YEAR
  return { notBefore: new Date(start), notAfter: new Date(end) }
}

function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
