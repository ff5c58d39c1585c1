import 'reflect-metadata'
import { createPrivateKey, KeyObject, type webcrypto } from 'node:crypto'

import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A certificate and its private key, both PEM; the key is PKCS#8. */
export interface IssuedCertificate {
  cert: string
  key: string
}

/** What a certificate says; it is valid for a year and for client and server unless said otherwise. */
export interface IssueRequest {
  commonName: string
  dnsNames?: readonly string[]
  ipAddresses?: readonly string[]
  notBefore?: Date
  notAfter?: Date
  usage?: 'client' | 'server' | 'both'
}

/** A certificate authority that lives in memory only. */
export interface CertificateAuthority {
  /** The authority's own certificate, PEM. */
  readonly certificate: string
  /** Its private key, PEM, by which another process can open the same authority. */
  readonly key: string
  issue(request: IssueRequest): Promise<IssuedCertificate>
}

const minute = 60_000
const year = 365 * 24 * 60 * minute
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' }
const extendedKeyUsages = {
  client: [ExtendedKeyUsage.clientAuth],
  server: [ExtendedKeyUsage.serverAuth],
  both: [ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth],
}

/** Makes a new authority with its own key; two of the same name do not trust each other's certificates. */
export async function createAuthority(commonName = 'Loopback Authority'): Promise<CertificateAuthority> {
  const keys = await generateKeys()
  const { notBefore, notAfter } = validity({ notAfter: new Date(Date.now() + 10 * year) })
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: distinguishedName(commonName),
    keys,
    notBefore,
    notAfter,
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return authorityOf(certificate, keys.privateKey)
}

/** Opens an authority that another process made; a process can trust one through `NODE_EXTRA_CA_CERTS` only from its start. */
export async function openAuthority({
  certificate,
  key,
}: Pick<CertificateAuthority, 'certificate' | 'key'>): Promise<CertificateAuthority> {
  const pkcs8 = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
  const signingKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), keyAlgorithm, true, ['sign'])
  return authorityOf(new X509Certificate(certificate), signingKey)
}

function authorityOf(authority: X509Certificate, signingKey: webcrypto.CryptoKey): CertificateAuthority {
  async function issue(request: IssueRequest): Promise<IssuedCertificate> {
    const { publicKey, privateKey } = await generateKeys()
    const names = alternativeNames(request)
    const certificate = await X509CertificateGenerator.create({
      subject: distinguishedName(request.commonName),
      issuer: authority.subjectName.toJSON(),
      publicKey,
      signingKey,
      ...validity(request),
      signingAlgorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension(extendedKeyUsages[request.usage ?? 'both']),
        await SubjectKeyIdentifierExtension.create(publicKey),
        await AuthorityKeyIdentifierExtension.create(authority.publicKey),
        ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
      ],
    })
    return { cert: certificatePem(certificate), key: privateKeyPem(privateKey) }
  }

  return { certificate: certificatePem(authority), key: privateKeyPem(signingKey), issue }
}

/** Encrypts a PEM key; `traditional` is the older form that starts with `Proc-Type: 4,ENCRYPTED`. */
export function encryptKey(key: string, passphrase: string, form: 'pkcs8' | 'traditional' = 'pkcs8'): string {
  const privateKey = createPrivateKey(key)
  const encryption = { format: 'pem', cipher: 'aes-256-cbc', passphrase } as const
  if (form === 'pkcs8') return privateKey.export({ type: 'pkcs8', ...encryption }).toString()
  const type = privateKey.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1'
  return privateKey.export({ type, ...encryption }).toString()
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
}

/** The structured form, so that a comma or an equals sign in a name cannot add another attribute. */
function distinguishedName(commonName: string): { CN: string[] }[] {
  return [{ CN: [commonName] }]
}

/** Starts a few minutes early: a certificate knows no milliseconds, and clocks of two processes may differ. */
function validity({
  notBefore,
  notAfter,
}: Pick<IssueRequest, 'notBefore' | 'notAfter'>): Required<Pick<IssueRequest, 'notBefore' | 'notAfter'>> {
  return {
    notBefore: notBefore ?? new Date(Date.now() - 5 * minute),
    notAfter: notAfter ?? new Date(Date.now() + year),
  }
}

function alternativeNames({ dnsNames = [], ipAddresses = [] }: IssueRequest): JsonGeneralNames {
  return [
    ...dnsNames.map(value => ({ type: 'dns', value }) as const),
    ...ipAddresses.map(value => ({ type: 'ip', value }) as const),
  ]
}

function certificatePem(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`
}

function privateKeyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}
