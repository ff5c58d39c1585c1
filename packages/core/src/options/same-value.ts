import { isSameContent } from './credentials-content.ts'
import type { Field } from './fields.ts'

/** Whether two values of an option are the same: by their content, but a function or a tracer provider by identity. */
export function isSameValue({ kind }: Field, one: unknown, other: unknown): boolean {
  return kind === 'tracerProvider' ? one === other : isSameContent(one, other)
}
