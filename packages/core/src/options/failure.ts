import { ClientOptionsError, type ClientOptionsIssue } from './errors.ts'
import type { Problems } from './parse.ts'
import type { ParsedOptions } from './parsed-options.ts'

export function parsedOrThrow(parsed: ParsedOptions | Problems): ParsedOptions {
  if (parsed.success) return parsed
  throw errorOf(parsed)
}

/**
 * What `safeParse` returns of a mapping with problems. `error` is made when it is first read: a stack costs more than the check.
 * A class, since a getter in an object literal makes each object one of a kind, which costs more than the check as well.
 */
export class Failure {
  readonly success = false
  readonly issues: readonly ClientOptionsIssue[]
  readonly #problems: Problems
  #error: ClientOptionsError | undefined

  constructor(problems: Problems) {
    this.issues = problems.issues
    this.#problems = problems
  }

  get error(): ClientOptionsError {
    return (this.#error ??= errorOf(this.#problems))
  }
}

function errorOf({ issues, thrown }: Problems): ClientOptionsError {
  return new ClientOptionsError(issues, thrown.length === 0 ? undefined : { cause: thrown[0] })
}
