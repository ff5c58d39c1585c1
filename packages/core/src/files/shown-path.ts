import { isFileContent } from '../options/file-content.ts'

const SHOWN_LENGTH = 120

/**
 * A path as an error may show it: shortened in its middle, and only when it looks like a path. A key or a password may stand
 * where a path belongs, and seldom has a separator or an extension.
 */
export function shownPath(path: string): string {
  if (isFileContent(path)) return '[content of a file]'
  if (!looksLikePath(path)) return `${path.slice(0, 4)}…`
  if (path.length <= SHOWN_LENGTH) return path
  return `${path.slice(0, SHOWN_LENGTH / 3)}…${path.slice(-SHOWN_LENGTH / 2)}`
}

/** Whether something looks like a path, and not like a secret that was pasted in the place of one. */
export function looksLikePath(path: string): boolean {
  return /[/\\]|\.[a-z0-9]{1,8}$/i.test(path)
}
