import type { Notice } from '../settings/notices.ts'

/** Tells of notices as Node tells of what deserves attention but is no error; `process.on('warning')` receives them. */
export function warnOfNotices(notices: readonly Notice[]): void {
  for (const { code, message } of notices) process.emitWarning(message, { type: 'ClientOptionsWarning', code })
}
