/**
 * Whether a text is what stands in a credentials or key file (JSON or PEM, as it is or in base64) rather than a value of an
 * option. Such a text is a secret, and must not be taken for a path, which errors show.
 */
export function isFileContent(text: string): boolean {
  return startsLikeContent(text) || startsLikeContent(decoded(text))
}

/** Without ambiguous repetitions, which would take quadratic time for a long text of whitespace. */
function startsLikeContent(text: string): boolean {
  return /^(?:\[\s*)?\{\s*["']/.test(text.trimStart()) || text.includes('-----BEGIN ')
}

/** The beginning of what a text of base64 (also in its form for URLs, and in lines) stands for, else an empty text. */
function decoded(text: string): string {
  const start = text.slice(0, 400).replaceAll(/\s/g, '')
  if (start.length < 20 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(start)) return ''
  const base64 = start.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '')
  return atob(base64.slice(0, base64.length - (base64.length % 4)))
}
