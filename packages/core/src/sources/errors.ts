import { docsOfIssues } from '../options/error-docs.ts'
import type { ClientOptionsIssueCode } from '../options/errors.ts'

/**
 * Why options cannot be loaded: what can be wrong with a value, as in a `ClientOptionsIssue`, and
 * - `invalid_prefix`: the prefix of the variables cannot be used;
 * - `unknown_variable`: a variable has the prefix, and no option has a variable of this name;
 * - `missing_variable`: the file names a variable that is not set;
 * - `no_file`: neither a path nor `GOOGLE_CLIENT_OPTIONS_FILE` is set;
 * - `unreadable_file`: the file cannot be read;
 * - `not_a_file`: the path is that of a directory, a device or a pipe;
 * - `file_too_large`: the file is larger than 1 MiB;
 * - `invalid_syntax`: the file is not JSON, or not YAML;
 * - `unsupported_syntax`: the file has an alias or a tag, which YAML allows and an option file does not;
 * - `duplicate_key`: a key occurs twice in one mapping;
 * - `unknown_section`: option files do not have this section, or not in this place;
 * - `unknown_profile`: the file does not have the profile;
 * - `incomplete_certificate`: only a part of a certificate is named;
 * - `invalid_policy`: the policy of the file contains what a policy cannot contain.
 */
export type OptionsSourceIssueCode =
  | ClientOptionsIssueCode
  | 'invalid_prefix'
  | 'unknown_variable'
  | 'missing_variable'
  | 'no_file'
  | 'unreadable_file'
  | 'not_a_file'
  | 'file_too_large'
  | 'invalid_syntax'
  | 'unsupported_syntax'
  | 'duplicate_key'
  | 'unknown_section'
  | 'unknown_profile'
  | 'incomplete_certificate'
  | 'invalid_policy'

/** One problem, as data. It carries no value. */
export interface OptionsSourceIssue {
  /** What kind of problem it is. */
  readonly code: OptionsSourceIssueCode
  /** The environment variable that it is about. */
  readonly variable?: string | undefined
  /** The file that it is about, as it may be shown. */
  readonly file?: string | undefined
  /** The line in the file, from 1. */
  readonly line?: number | undefined
  /** The column in that line, from 1. */
  readonly column?: number | undefined
  /** The option, or the path of the property in the file: `profiles.staging.apiEndpoint`. */
  readonly property?: string | undefined
  /** What is wrong and what to do, for people. */
  readonly message: string
}

const SHOWN_ISSUES = 20
/** Laid under each issue, so that no property is ever inherited. */
const nowhere = { variable: undefined, file: undefined, line: undefined, column: undefined, property: undefined }

/** Thrown when options cannot be loaded. It names every problem at once, by variable or by file and line, and shows no value. */
export class OptionsSourceError extends Error {
  override readonly name = 'OptionsSourceError'
  /** The same for every problem; the `issues` have codes of their own. */
  readonly code = 'ERR_OPTIONS_SOURCE'
  /** The address of what to do about it; about the problem itself, if there is only one. */
  readonly docs: string
  /** Every problem, as data. */
  readonly issues: readonly OptionsSourceIssue[]

  constructor(issues: readonly OptionsSourceIssue[], options?: ErrorOptions) {
    const own = issues.map(issue => Object.freeze({ ...nowhere, ...issue }))
    const lines = own.slice(0, SHOWN_ISSUES).map(describe)
    if (issues.length > SHOWN_ISSUES) lines.push(`... and ${issues.length - SHOWN_ISSUES} more`)
    super(`Cannot load client options${lines.length === 1 ? ': ' : ':\n  '}${lines.join('\n  ')}`, options)
    this.issues = Object.freeze(own)
    this.docs = docsOfIssues(this.code, issues)
  }
}

/** `/etc/app/options.yaml:3:5: scopes[1]: contains whitespace`. */
function describe({ variable, file, line, column, property, message }: OptionsSourceIssue): string {
  const place = [file, line, column].filter(part => part !== undefined).join(':')
  return [variable, place, property, message].filter(part => part !== undefined && part !== '').join(': ')
}
