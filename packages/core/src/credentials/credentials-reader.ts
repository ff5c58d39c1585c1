import { isJsonObject, type JsonObject } from '../files/json-file.ts'
import { parsePrivateKey } from '../files/private-key.ts'
import { checkPath, fields } from '../options/fields.ts'
import { isFileContent } from '../options/file-content.ts'
import { isHostName } from '../options/host.ts'
import { DEFAULT_UNIVERSE_DOMAIN } from '../settings/service.ts'
import { CredentialsFileError, type CredentialsFileErrorCode } from './errors.ts'
import { isTokenService, type TokenService } from './token-services.ts'

const IMPERSONATION_PATH = /^\/v1\/projects\/-\/serviceAccounts\/[^/:]+:generateAccessToken$/

const AWS_METADATA_HOSTS = new Set(['169.254.169.254', '[fd00:ec2::254]'])

const GIVEN_AWAY = 'credentials would be given away; use a file that you trust'

/**
 * The members of credentials, or of an object in them, each checked when it is read. What is null or empty counts as
 * not there. Every method throws a `CredentialsFileError` that names the member, and never its value.
 */
export class CredentialsReader {
  /** What the credentials are called in an error. */
  readonly subject: string
  /** What stands before the name of a member, such as `source_credentials.`; empty in the credentials themselves. */
  readonly place: string
  readonly #content: JsonObject

  constructor(subject: string, content: JsonObject, place = '') {
    this.subject = subject
    this.place = place
    this.#content = content
  }

  has(name: string): boolean {
    return this.#read(name) !== undefined
  }

  text(name: string): string | undefined {
    const value = this.#read(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.fault(name, 'is no string')
  }

  requiredText(name: string): string {
    return this.text(name) ?? this.missing(name)
  }

  /** The path of a file. */
  filePath(name: string): string | undefined {
    const path = this.text(name)
    if (path === undefined) return undefined
    if (isFileContent(path)) throw this.fault(name, 'is the content of a file; write the path of that file')
    const problem = checkPath(path)
    if (problem !== undefined) throw this.fault(name, problem)
    return path
  }

  /** The one of some things that a member names. */
  choice<Choice>(name: string, choices: Readonly<Record<string, Choice>>): Choice | undefined {
    const value = this.#read(name)
    return typeof value === 'string' && Object.hasOwn(choices, value) ? choices[value] : undefined
  }

  /** A whole number above zero. */
  count(name: string): number | undefined {
    const value = this.#read(name)
    if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0)) return value
    throw this.fault(name, 'is no whole number above zero')
  }

  flag(name: string): boolean | undefined {
    const value = this.#read(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.fault(name, 'is neither true nor false')
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.#read(name)
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every(item => typeof item === 'string' && item !== '')) return value
    throw this.fault(name, 'is no list of strings')
  }

  object(name: string): CredentialsReader | undefined {
    const value = this.#read(name)
    if (value === undefined) return undefined
    if (isJsonObject(value)) return new CredentialsReader(this.subject, value, `${this.place}${name}.`)
    throw this.fault(name, 'is no object')
  }

  requiredObject(name: string): CredentialsReader {
    return this.object(name) ?? this.missing(name)
  }

  /** Every member, each a string: such as the headers of a request. */
  allTexts(): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.keys(this.#content).map(name => [name, this.requiredText(name)]))
  }

  /** `googleapis.com` where the file names none. */
  universeDomain(): string {
    const domain = this.text('universe_domain')?.toLowerCase() ?? DEFAULT_UNIVERSE_DOMAIN
    if (isHostName(domain)) return domain
    throw this.fault('universe_domain', 'is no host name')
  }

  /** What the option of that name takes, since it is sent in the same header. */
  quotaProject(): string | undefined {
    const project = this.text('quota_project_id')
    if (project === undefined || fields.quotaProjectId.check?.(project) === undefined) return project
    throw this.fault('quota_project_id', 'cannot be sent in a header')
  }

  /** The address of AWS's metadata service, which AWS gives every machine; no other may be asked. */
  awsMetadataUrl(name: string): string | undefined {
    const url = this.webUrl(name)
    if (url === undefined || AWS_METADATA_HOSTS.has(new URL(url).hostname)) return url
    throw this.fault(name, 'leads to another host than that of the metadata of AWS', 'untrusted_url')
  }

  /**
   * The URL of a token service, which credentials are sent to. Elsewhere it would give them away; see Google's "Security
   * requirements when using credential configurations from an external source".
   */
  tokenServiceUrl(name: string, service: TokenService, universeDomain: string): string | undefined {
    const url = this.secureUrl(name)
    if (url === undefined || isTokenService(service, new URL(url), universeDomain)) return url
    const domain = universeDomain === DEFAULT_UNIVERSE_DOMAIN ? DEFAULT_UNIVERSE_DOMAIN : "the file's universe_domain"
    throw this.fault(name, `is not the URL of a token service of ${domain}, so that ${GIVEN_AWAY}`, 'untrusted_url')
  }

  /** The URL at which IAM hands out tokens of a service account. */
  impersonationUrl(name: string, universeDomain: string): string | undefined {
    const url = this.tokenServiceUrl(name, 'impersonation', universeDomain)
    if (url === undefined || IMPERSONATION_PATH.test(new URL(url).pathname)) return url
    throw this.fault(name, 'does not end in /v1/projects/-/serviceAccounts/EMAIL:generateAccessToken')
  }

  /** An `https://` URL. */
  secureUrl(name: string): string | undefined {
    const url = this.#url(name)
    if (url === undefined || (url.protocol === 'https:' && url.username === '' && url.password === '')) return url?.href
    throw this.fault(name, `is no plain https:// URL, so that ${GIVEN_AWAY}`, 'untrusted_url')
  }

  /** A URL of a server on this machine or in its network, such as a metadata server. */
  webUrl(name: string): string | undefined {
    const url = this.#url(name)
    if (url === undefined || /^https?:$/.test(url.protocol)) return url?.href
    throw this.fault(name, 'is no https:// or http:// URL')
  }

  /** An unencrypted PEM key of the kind that the tokens are signed with: RSA, or EC on the curve P-256. */
  privateKey(kind: 'RSA' | 'P-256'): string {
    const text = this.requiredText('private_key')
    let key
    try {
      key = parsePrivateKey(text)
    } catch (cause) {
      // The cause is OpenSSL's and names a routine, not the content.
      throw this.fault('private_key', `is no PEM private key${adviceForKey(text)}`, 'invalid_member', { cause })
    }
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
    if (kind === 'RSA' ? type === 'rsa' : details?.namedCurve === 'prime256v1') return text
    throw this.fault('private_key', `is no ${kind} key`)
  }

  /** The error for a member; `problem` continues the sentence that names it. */
  fault(
    name: string,
    problem: string,
    code: CredentialsFileErrorCode = 'invalid_member',
    options?: ErrorOptions,
  ): CredentialsFileError {
    return new CredentialsFileError(code, this.subject, `has a ${this.place}${name} that ${problem}`, options)
  }

  /** Throws, as the member is needed. */
  missing(name: string): never {
    throw new CredentialsFileError('invalid_member', this.subject, `has no ${this.place}${name}`)
  }

  #url(name: string): URL | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (URL.canParse(text)) return new URL(text)
    throw this.fault(name, 'is no URL')
  }

  #read(name: string): unknown {
    const value = this.#content[name]
    return value === null || value === '' ? undefined : value
  }
}

/** An environment variable, or a secret manager, may hold the key as it stands in JSON. */
function adviceForKey(text: string): string {
  return text.includes(String.raw`\n`)
    ? String.raw`: it has \n where line breaks belong; parse it as JSON, or replace them`
    : ''
}
