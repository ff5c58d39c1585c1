import type { ClientOptionsIssue } from './errors.ts'
import { isFileContent } from './file-content.ts'
import { isHostName, parseEndpoint } from './host.ts'
import type { Impersonation, OptionName, OptionValue, TracerProvider } from './types.ts'

/** A row of the option table. */
export interface Field extends AnyField {
  readonly name: OptionName
  readonly kind: OptionKind
}

type OptionKind = 'string' | 'strings' | 'function' | 'flag' | 'impersonation' | 'credentials' | 'tracerProvider'

/** A row of this table, or one that an SDK adds. */
export interface AnyField {
  readonly name: string
  readonly snakeName: string
  /** What kind of value it holds: how it is checked for its type, copied, and shown. */
  readonly kind: OptionKind | 'number'
  /** What short texts that are right look like (see {@link isUsual}). It is there for speed alone. */
  readonly usual?: RegExp | undefined
  /** For a text (or each text of a list): what is wrong with it and what to do, or `undefined`. */
  readonly check?: ((text: string) => string | undefined) | undefined
  /** What is wrong with what should be a number. No client option is one, so an SDK's rows bring the rule. */
  readonly checkNumber?: ((value: unknown) => Pick<ClientOptionsIssue, 'code' | 'message'> | undefined) | undefined
  /** Puts a checked text into its one form. */
  readonly normalize?: ((text: string) => string) | undefined
  /** Whether the value must never be shown. */
  readonly secret: boolean
  /** Whether it is not to be met among an object's own properties: a secret, or an object that may hold one. */
  readonly hidden: boolean
  /** Whether it is the path of a file, which in an option file is relative to that file. */
  readonly isPath?: true | undefined
  /** The environment variables that stand in when the option is not given; the first that is set counts. */
  readonly environment: readonly string[]
}

/** No label of a host (63 characters) can be too long for it, and no content of a file as short. */
const LONGEST_USUAL = 63
/** One that cannot end in a number. */
const USUAL_HOST = /^(?:[a-z0-9]+[.-])+[a-z]+$/
const VISIBLE_ASCII = /^[\x21-\x7e]+$/
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/
/** RFC 9110, section 10.1.5. */
const PRODUCT = /^[\w!#$%&'*+.^`|~-]+(?:\/[\w!#$%&'*+.^`|~-]+)?$/
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/
/** Not in quotes. */
const USUAL_TOKEN = /^[A-Za-z0-9][\x21-\x7e]*$/
const USUAL_SCOPE = /^[A-Za-z0-9][\x21\x23-\x5b\x5d-\x7e]*$/
const USUAL_PATH = /^[\w/.][\w/. -]*\.json$/

/** The kind that a row of this type of value has, once that is checked. */
type KindOf<Value> = [Value] extends [string]
  ? 'string'
  : [Value] extends [readonly string[]]
    ? 'strings'
    : [Value] extends [(...args: never) => unknown]
      ? 'function'
      : [Value] extends [true]
        ? 'flag'
        : [Value] extends [Impersonation]
          ? 'impersonation'
          : [Value] extends [TracerProvider]
            ? 'tracerProvider'
            : 'credentials'

type Row<Name extends OptionName> = Omit<Field, 'name' | 'snakeName' | 'kind' | 'secret' | 'hidden' | 'environment'> & {
  readonly kind: KindOf<OptionValue<Name>>
  readonly secret?: true
  readonly environment?: readonly string[]
}

type Table = { readonly [Name in OptionName]: Row<Name> }

/**
 * THE table: one row an option. Parsing, redaction, the environment, the JSON Schema and the reference come from it.
 * To add an option, follow "Add an option" in CONTRIBUTING.md: whatever is forgotten does not compile, or fails a test.
 */
const table: Table = {
  apiEndpoint: {
    kind: 'string',
    usual: USUAL_HOST,
    check: checkEndpoint,
  },
  clientCertSource: {
    kind: 'function',
  },
  clientEncryptedCertSource: {
    kind: 'function',
  },
  quotaProjectId: {
    kind: 'string',
    usual: USUAL_TOKEN,
    check: checkToken,
    environment: ['GOOGLE_CLOUD_QUOTA_PROJECT'],
  },
  credentialsFile: {
    kind: 'string',
    usual: USUAL_PATH,
    check: checkPath,
    isPath: true,
    environment: ['GOOGLE_APPLICATION_CREDENTIALS'],
  },
  scopes: {
    kind: 'strings',
    usual: USUAL_SCOPE,
    check: checkScope,
  },
  apiKey: {
    kind: 'string',
    usual: USUAL_TOKEN,
    check: checkToken,
    secret: true,
  },
  apiAudience: {
    kind: 'string',
    usual: USUAL_TOKEN,
  },
  universeDomain: {
    kind: 'string',
    usual: USUAL_HOST,
    check: checkUniverseDomain,
    normalize: text => text.toLowerCase(),
    environment: ['GOOGLE_CLOUD_UNIVERSE_DOMAIN'],
  },
  tracerProvider: {
    kind: 'tracerProvider',
  },
  credentials: {
    kind: 'credentials',
    secret: true,
  },
  impersonate: {
    kind: 'impersonation',
    // Terraform's (registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference) and gcloud's, for its
    // property auth/impersonate_service_account (cloud.google.com/sdk/docs/properties).
    environment: ['GOOGLE_IMPERSONATE_SERVICE_ACCOUNT', 'CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT'],
  },
  anonymous: {
    kind: 'flag',
  },
  requestReason: {
    kind: 'string',
    check: checkReason,
    // gcloud's, for its property core/request_reason, which Terraform reads as well.
    environment: ['CLOUDSDK_CORE_REQUEST_REASON'],
  },
  userAgent: {
    kind: 'string',
    check: checkProducts,
  },
}

/** The rows by option name. */
export const fields: Readonly<Record<OptionName, Field>> = Object.freeze(complete(table))

/** The rows in the order of the table. */
export const fieldList: readonly Field[] = Object.freeze(Object.values(fields))

/** Two options of which at most one may be given. */
export type Exclusion = readonly [OptionName, OptionName]

export const exclusions: readonly Exclusion[] = [
  ['clientCertSource', 'clientEncryptedCertSource'],
  ['apiKey', 'credentialsFile'],
  ['apiKey', 'credentials'],
  ['credentialsFile', 'credentials'],
  ['impersonate', 'apiKey'],
  ['anonymous', 'apiKey'],
  ['anonymous', 'credentialsFile'],
  ['anonymous', 'credentials'],
  ['anonymous', 'impersonate'],
]

/** The pairs of each row, with the other of the two. */
export const exclusionsOf: ReadonlyMap<AnyField, readonly { readonly pair: Exclusion; readonly other: Field }[]> =
  new Map(
    fieldList.map(field => {
      const pairs = exclusions.filter(pair => pair.includes(field.name))
      return [field, pairs.map(pair => ({ pair, other: fields[pair[0] === field.name ? pair[1] : pair[0]] }))]
    }),
  )

/** Whether a text is right at a glance; the others are looked at closely. */
export function isUsual({ usual }: AnyField, text: string): boolean {
  return usual !== undefined && text.length <= LONGEST_USUAL && usual.test(text)
}

/** What every text must satisfy, whatever the option: it ends up in a header, a URL, a path or a token. */
export function checkText(text: string): string | undefined {
  if (text.trim() === '') return 'is empty; leave the option out instead'
  if (isFileContent(text)) {
    return 'is the content of a JSON or PEM file; set credentials to the content of a credentials file, or credentialsFile to its path'
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) {
    return 'contains a control character, such as a newline at its end; trim the value where it is read'
  }
  if (text.trim() !== text) return 'has leading or trailing whitespace; trim the value where it is read'
  if (/^(["'`]).*\1$/.test(text)) return 'is wrapped in quotes, which some .env loaders keep; remove them'
  return undefined
}

function checkEndpoint(text: string): string | undefined {
  return parseEndpoint(text).reason
}

/** What is wrong with a path and what to do; nothing expands it. */
export function checkPath(text: string): string | undefined {
  if (/^file:/i.test(text)) return 'is a URL; write the path alone, such as /etc/my-app/credentials.json'
  if (/^~[^/\\]*(?:[/\\]|$)/.test(text)) return 'starts with ~, which only a shell expands; write the absolute path'
  return undefined
}

function checkToken(text: string): string | undefined {
  return VISIBLE_ASCII.test(text)
    ? undefined
    : 'must contain only printable ASCII characters, since it is sent in a header'
}

function checkReason(text: string): string | undefined {
  return PRINTABLE_ASCII.test(text)
    ? undefined
    : 'must contain only printable ASCII characters, since it is sent in a header'
}

/** Products, with comments behind, which are not within each other. */
function checkProducts(text: string): string | undefined {
  const products = text.replaceAll(/ \([^()\\]*\)(?= |$)/g, '').split(' ')
  return PRINTABLE_ASCII.test(text) && products.every(product => PRODUCT.test(product))
    ? undefined
    : 'must be product tokens (RFC 9110, section 10.1.5), such as my-app/1.2'
}

function checkScope(text: string): string | undefined {
  if (/\s/.test(text)) return 'contains whitespace; pass each scope as a separate array element'
  return SCOPE.test(text) ? undefined : 'is not an OAuth scope (RFC 6749, section 3.3)'
}

function checkUniverseDomain(text: string): string | undefined {
  if (isHostName(text.toLowerCase())) return undefined
  return 'must be a host name such as googleapis.com, without scheme, port or path'
}

function complete(rows: Table): Record<OptionName, Field> {
  const entries = Object.entries(rows).map(([name, row]) => [name, fieldOf(name, row)])
  return Object.fromEntries(entries)
}

/** A row without what follows from the rest. */
export type FieldRow = Omit<AnyField, 'name' | 'snakeName' | 'secret' | 'hidden' | 'environment'> &
  Partial<Pick<AnyField, 'secret' | 'environment'>>

/** Every row gets every member, in one order: the engine reads objects that are built alike faster. */
export function fieldOf(name: string, row: FieldRow): AnyField {
  const none = {
    usual: undefined,
    check: undefined,
    checkNumber: undefined,
    normalize: undefined,
    secret: false,
    isPath: undefined,
    environment: [],
  }
  const hidden = row.secret === true || row.kind === 'tracerProvider'
  return Object.freeze({ ...none, ...row, hidden, name, snakeName: toSnakeCase(name) })
}

export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
