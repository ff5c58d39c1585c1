import type { NoticeLogger } from './surroundings.ts'

const loggers = new Map<unknown, NoticeLogger>()

/** Sends notices to a logger until the client is closed. */
export function sendNotices(client: unknown, logger: NoticeLogger): void {
  if (loggers.size === 0) process.on('warning', receive)
  loggers.set(client, logger)
}

/** Sends no more notices for the sake of a client. */
export function endNotices(client: unknown): void {
  if (loggers.delete(client) && loggers.size === 0) process.off('warning', receive)
}

function receive({ name, message }: Error): void {
  if (name !== 'ClientOptionsWarning') return
  for (const logger of new Set(loggers.values())) logger.warn(message)
}
