import { type ParsedUrlQueryInput, stringify } from 'node:querystring'
import { PassThrough, pipeline, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

import type { AuthClient } from 'google-auth-library'

/** A request, as far as Google's clients make use of teeny-request. */
export interface TeenyOptions {
  readonly uri: string
  readonly method?: string
  readonly qs?: ParsedUrlQueryInput
  readonly headers?: Readonly<Record<string, string | number | undefined>>
  /** An object is sent as JSON. */
  readonly json?: unknown
  /** A text or bytes, or else a value that is sent as JSON, but not called so. */
  readonly body?: unknown
  /** Sent as `multipart/related`. */
  readonly multipart?: readonly { readonly 'Content-Type': string; readonly body: string | Readable }[]
  readonly timeout?: number
}

/** A response as teeny-request gives it: the stream of its body, and more. */
type TeenyResponse = Readable & { readonly statusCode: number; readonly headers: object; body: unknown }

/** Receives an error, or the response and its body: the value of JSON, else a text. */
type TeenyCallback = (error: unknown, response: TeenyResponse | null, body: unknown) => void

/** Sends a request as teeny-request does: its response goes to the callback, or else to the stream that is returned. */
export type Send = (options: TeenyOptions, callback?: TeenyCallback) => PassThrough | undefined

/** Sends as teeny-request does, but through an auth client; so with all that belongs to it, and no secret in the response. */
export function sendThrough(authClient: AuthClient): Send {
  return (options, callback) => {
    if (callback === undefined) return sendToStream(authClient, options)
    sendToCallback(authClient, options, callback)
    return undefined
  }
}

function sendToStream(authClient: AuthClient, options: TeenyOptions): PassThrough {
  const stream = new PassThrough()
  // As it arrives: the receiver decompresses by itself. No timeout, which would end a long download.
  const { timeout: _timeout, ...others } = options
  exchange(authClient, others, { compress: false }).then(
    response => {
      stream.emit('response', response)
      pipeline(response, stream, () => {})
    },
    (error: Error) => stream.destroy(error),
  )
  return stream
}

function sendToCallback(authClient: AuthClient, options: TeenyOptions, callback: TeenyCallback): void {
  exchange(authClient, options, {})
    .then(readBody)
    .then(
      response => callback(null, response, response.body),
      (error: unknown) => callback(error, null, null),
    )
}

async function exchange(authClient: AuthClient, options: TeenyOptions, extra: object): Promise<TeenyResponse> {
  const { uri, method = 'GET', qs, headers = {}, json, body, multipart, timeout } = options
  const sent = new Headers()
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, String(value))
  if (typeof json === 'object') sent.set('content-type', 'application/json')
  const content = typeof json === 'object' ? JSON.stringify(json) : contentOf(body)
  const response = await authClient.request<unknown>({
    ...extra,
    url: qs === undefined ? uri : `${uri}?${stringify(qs)}`,
    method,
    headers: sent,
    responseType: 'stream',
    validateStatus: () => true,
    ...(content !== undefined && { body: content }),
    ...(multipart !== undefined && { multipart: multipart.map(relatedPart) }),
    ...(timeout && { timeout }),
  })
  const stream = response.data instanceof Readable ? response.data : Readable.from([])
  const received = Object.fromEntries(response.headers)
  return Object.assign(stream, {
    statusCode: response.status,
    statusMessage: response.statusText,
    headers: received,
    body: stream,
    request: { agent: false, headers: Object.fromEntries(sent), href: response.url },
    toJSON: () => ({ headers: received }),
  })
}

function contentOf(body: unknown): string | Buffer | undefined {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
}

function relatedPart({ 'Content-Type': type, body: content }: NonNullable<TeenyOptions['multipart']>[number]) {
  return { headers: new Headers({ 'content-type': type }), content }
}

async function readBody(response: TeenyResponse): Promise<TeenyResponse> {
  const body = await text(response)
  const type: unknown = Reflect.get(response.headers, 'content-type')
  const isJson = typeof type === 'string' && /^application\/json(?:\s*;|$)/i.test(type)
  response.body = isJson && body !== '' ? JSON.parse(body) : body
  return response
}
