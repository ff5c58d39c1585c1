/** The variables of a process; values are trimmed, and an empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A variable's value, trimmed; `undefined` when it is unset or empty. */
export function readVariable(environment: Environment, name: string): string | undefined {
  const text = environment[name]
  // Looked at last, since Node asks the system for each look at a variable, and most are not set.
  if (text === undefined || !Object.hasOwn(environment, name)) return undefined
  return text.trim() || undefined
}
