import { docsOfIssues } from './error-docs.ts'
import { shownKey } from './shown-key.ts'

/**
 * What can be wrong with client options:
 * - `not_a_mapping`: the input is not a plain object;
 * - `unknown_option`: no option has this name;
 * - `invalid_type`: the value is not of the option's type;
 * - `invalid_value`: the value has the right type, but cannot be used;
 * - `duplicate_option`: an option is set in both spellings, such as `apiKey` and `api_key`;
 * - `mutually_exclusive`: two options are set that exclude each other.
 */
export type ClientOptionsIssueCode =
  | 'not_a_mapping'
  | 'unknown_option'
  | 'invalid_type'
  | 'invalid_value'
  | 'duplicate_option'
  | 'mutually_exclusive'

/** One problem, as data. It never carries the input, nor any value from it. */
export interface ClientOptionsIssue {
  /** What is wrong. */
  readonly code: ClientOptionsIssueCode
  /** The option's camelCase name, then an index in its value; an unknown key, redacted; empty for the mapping as a whole. */
  readonly path: readonly PropertyKey[]
  /** What is wrong and what to do, for people. */
  readonly message: string
  /** The two options of an exclusion. */
  readonly options?: readonly [string, string]
}

const SHOWN_ISSUES = 20

/**
 * Thrown when options are invalid. The message lists every problem at once and shows no value. `cause` is what a getter or a
 * proxy of the input threw, if one did.
 */
export class ClientOptionsError extends Error {
  override readonly name = 'ClientOptionsError'
  /** The same for every error of this class; each of `issues` has a code of its own. */
  readonly code = 'ERR_CLIENT_OPTIONS'
  /** The address of what to do about it; about the problem itself, if there is only one. */
  readonly docs: string
  /** Every problem, in the order of the input. */
  readonly issues: readonly ClientOptionsIssue[]

  constructor(issues: readonly ClientOptionsIssue[], options?: ErrorOptions) {
    super(describeIssues(issues), options)
    this.issues = issues
    this.docs = docsOfIssues(this.code, issues)
  }
}

function describeIssues(issues: readonly ClientOptionsIssue[]): string {
  const lines = issues.slice(0, SHOWN_ISSUES).map(({ path, message }) => {
    return path.length === 0 ? message : `${describePath(path)}: ${message}`
  })
  if (issues.length > SHOWN_ISSUES) lines.push(`... and ${issues.length - SHOWN_ISSUES} more`)
  return lines.length === 1 ? `Invalid client options: ${lines[0]}` : `Invalid client options:\n  ${lines.join('\n  ')}`
}

/** `scopes[1]`, `impersonate.delegates[0]`. */
function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${describeKey(part)}`))
    .join('')
}

function describeKey(key: string | symbol): string {
  return typeof key === 'string' ? shownKey(key) : `Symbol(${shownKey(key.description ?? '')})`
}

/** Also of another realm: under Jest, an error of Node's own is not an instance of the `Error` that a module sees. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}
