import type { ClientOptionsIssue } from './errors.ts'

/**
 * The part of Standard Schema (standardschema.dev, version 1) that `ClientOptions` implements, written out
 * because core has no dependency; a type test checks it against `@standard-schema/spec`.
 */
export interface StandardSchema<Input, Output> {
  /** The interface of the standard, under the name that it prescribes. */
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** The valid options, or every problem. */
type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly PropertyKey[] | undefined }[] }

/** Makes a schema of a function that never throws. */
export function schemaOf<Output>(
  parse: (
    value: unknown,
  ) =>
    | { readonly success: true; readonly options: Output }
    | { readonly success: false; readonly issues: readonly ClientOptionsIssue[] },
): StandardSchema<never, Output>['~standard'] {
  return {
    version: 1,
    vendor: 'client-options',
    validate: value => {
      const result = parse(value)
      return result.success ? { value: result.options, issues: undefined } : { issues: result.issues }
    },
  }
}
