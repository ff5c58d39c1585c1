/** Something that the user has typed cannot be understood. It shows no value, since a secret may have been pasted. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What may be shown of an error. */
export interface ShownError {
  /** The code of the error, or of its first issue. */
  readonly code: string
  readonly message: string
  /** Where its remedy is written down. */
  readonly docs?: string
}

/** The classes of core. They promise that their messages hold no secret; another copy of core may have thrown them. */
const ownErrors = new Set([
  'ClientCertificateError',
  'ClientConnectError',
  'ClientOptionsError',
  'ClientPolicyError',
  'ClientSettingsError',
  'CredentialsFileError',
  'OptionsSourceError',
])

/** One of core's errors as it may be shown; of any other nothing is known, so nothing of it is shown. */
export function shownError(error: unknown): ShownError | undefined {
  if (!(error instanceof Error) || !ownErrors.has(error.name)) return undefined
  const docs: unknown = Reflect.get(error, 'docs')
  return {
    code: firstIssueCode(error) ?? codeOf(error) ?? error.name,
    message: error.message,
    ...(typeof docs === 'string' && { docs }),
  }
}

/** The `code` of an error of Node's, or of any that has one. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined
}

/** An error with issues has a code that says only that; the first issue says what is wrong. */
function firstIssueCode(error: Error): string | undefined {
  const issues: unknown = Reflect.get(error, 'issues')
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined
  const code: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}
