import type { SeenRequest } from './seen.ts'

/** The content in a `multipart/related` of metadata and content. */
export function secondPart({ headers, body }: SeenRequest): Uint8Array {
  const boundary = `\r\n--${/boundary=(.*)$/.exec(headers['content-type'] ?? '')?.[1]}`
  const text = Buffer.from(body).toString('latin1')
  const part = text.split(boundary)[1] ?? ''
  return Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4), 'latin1')
}
