/** The variables of a process; values are trimmed, and an empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A variable's value, trimmed; `undefined` when it is unset or empty. */
export function readVariable(environment: Environment, name: string): string | undefined {
  const text = Object.hasOwn(environment, name) ? environment[name]?.trim() : undefined
  return text === '' ? undefined : text
}
