import { safeGet } from '../options/safe-get.ts'

/**
 * What the system says of a file, without the path: a secret may stand in its place, and Node's own error repeats it in its
 * message and its `path`.
 */
export function systemError(error: unknown): Error & { readonly code: string } {
  const code = safeGet(error, 'code')
  const known = typeof code === 'string' && /^[A-Z][A-Z_]{1,40}$/.test(code) ? code : 'UNKNOWN'
  return Object.assign(new Error(`The system reported ${known}`), { code: known })
}
