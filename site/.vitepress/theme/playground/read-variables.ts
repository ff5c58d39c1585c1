/** Reads `NAME=value` lines, as in a `.env` file; a line that begins with `#` is a comment. */
export function readVariables(text: string): {
  readonly variables: Readonly<Record<string, string>>
  readonly problems: readonly string[]
} {
  const variables: Record<string, string> = {}
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) problems.push(`Environment, line ${index + 1}: must be NAME=value`)
    else variables[name] = value
  }
  return { variables, problems }
}
