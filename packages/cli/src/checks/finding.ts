import { codeOf, shownError } from '../errors.ts'

/** What a check found. */
export interface Finding {
  readonly check: CheckName
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What is wrong, as a code that does not change. */
  readonly code?: string
  /** For people. It has no secret. */
  readonly message: string
  readonly docs?: string
}

/** The checks, in order. */
export type CheckName =
  | 'options'
  | 'certificate'
  | 'proxy'
  | 'endpoint'
  | 'clock'
  | 'credentials'
  | 'universe'
  | 'quota'

/** A finding, but for the name of its check. */
export type Result = Omit<Finding, 'check'>

export function ok(message: string): Result {
  return { status: 'ok', message }
}

export function skipped(message: string): Result {
  return { status: 'skipped', message }
}

export function warning(code: string, message: string): Result {
  return { status: 'warning', code, message }
}

export function failed(code: string, message: string): Result {
  return { status: 'failed', code, message }
}

/** What core says of a failure; of another, only its code. */
export function failedWith(error: unknown): Result {
  const shown = shownError(error)
  if (shown !== undefined) return { status: 'failed', ...shown }
  return failed('unexpected_error', `The check failed (${codeOf(error) ?? 'an error without a code'})`)
}
