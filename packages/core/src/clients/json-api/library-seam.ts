import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'

import type { GoogleAuth } from 'google-auth-library'

import { safeGet } from '../../options/safe-get.ts'

// This file holds everything here that the packages it names do not document. All of it belongs to the one instance:
// - `makeAuthenticatedRequest`, a property by which `Storage`, and the classes over @google-cloud/common, send every
//   request that is not part of a resumable or multipart upload; its own `onAuthenticated` form authorizes a request,
//   fills in the project, and sends nothing;
// - the `GoogleAuth` in `authClient`, whose methods they call;
// - `packageJson`, which says what the instance is;
// - the places where they make an `ApiError` of what is in memory, which is how the class is found.
// The versions with which that was tested are in services.ts, in the row of each package.

/** An instance of a class such as `Storage`. */
export interface JsonApiClient {
  readonly apiEndpoint: string
  readonly authClient: GoogleAuth
  readonly interceptors: RequestInterceptor[]
  /** Before the path of every request: the endpoint, and the path of the API. */
  baseUrl: string
  makeAuthenticatedRequest: MakeAuthenticatedRequest
}

/** A request, as far as the libraries make use of teeny-request. */
export interface LibraryRequest {
  readonly uri: string
  readonly method?: string
  readonly qs?: object
  readonly headers?: Readonly<Record<string, string | number | undefined>>
  /** An object is sent as JSON. */
  readonly json?: unknown
  /** A string or bytes, or else a value that is sent as JSON without being called so. */
  readonly body?: unknown
  /** Sent as `multipart/related`. */
  readonly multipart?: readonly { readonly 'Content-Type': string; readonly body: string | Readable }[]
  readonly timeout?: number
  readonly maxRetries?: number
}

/** A response: the stream of its body, and more. */
export type LibraryResponse = Readable & {
  readonly statusCode: number
  readonly statusMessage: string
  readonly headers: object
  readonly request: SentRequest
  body: unknown
}

/** What a response tells of its request: no secret. */
export interface SentRequest {
  readonly agent: false
  readonly headers: object
  /** The URL. */
  readonly href: string
}

/** Receives an error, or the body, as a value if it is JSON, and the response. */
export type ResponseCallback = (error: unknown, body?: unknown, response?: LibraryResponse) => void

/** Receives the request that is ready to be sent. */
export interface AuthenticatedHandler {
  onAuthenticated(error: unknown, request?: LibraryRequest): void
}

/** With a callback, or with a handler, or else the response is a stream. */
export type MakeAuthenticatedRequest = (
  request: LibraryRequest,
  receiver?: ResponseCallback | AuthenticatedHandler,
) => unknown

/** Changes the options of a request; of a resumable upload, which has no `uri`, those of gaxios. */
export interface RequestInterceptor {
  request(options: Partial<LibraryRequest>): object
}

/** The class of a failed request's error; it is made of the error in a response, or of the response. */
export type ApiErrorClass = new (body: unknown) => Error & { readonly code?: unknown; readonly errors?: unknown }

/** Whether an instance has what is used here. */
export function isJsonApiClient(client: object): client is JsonApiClient {
  return (
    typeof safeGet(client, 'makeAuthenticatedRequest') === 'function' &&
    typeof safeGet(safeGet(client, 'authClient'), 'authorizeRequest') === 'function' &&
    Array.isArray(safeGet(client, 'interceptors')) &&
    typeof safeGet(client, 'baseUrl') === 'string'
  )
}

/** The package of an instance. */
export function packageOf(client: object): { readonly name: string; readonly version: string } {
  const content = safeGet(client, 'packageJson')
  return { name: String(safeGet(content, 'name')), version: String(safeGet(content, 'version')) }
}

/** Lets an instance's requests be made by another function, which is passed the library's own to prepare them. */
export function replaceRequests(
  client: JsonApiClient,
  replacement: (prepare: (request: LibraryRequest) => Promise<LibraryRequest>) => MakeAuthenticatedRequest,
): void {
  const original = client.makeAuthenticatedRequest
  const prepare = (request: LibraryRequest) =>
    new Promise<LibraryRequest>((resolve, reject) => {
      original(request, {
        onAuthenticated: (error, prepared) => (prepared === undefined ? reject(error) : resolve(prepared)),
      })
    })
  const getCredentials = () => client.authClient.getCredentials()
  client.makeAuthenticatedRequest = Object.assign(replacement(prepare), original, { getCredentials })
  if (Object.hasOwn(client, 'getCredentials')) Object.assign(client, { getCredentials })
}

/** Lets a library make an `ApiError`, without anything being sent. */
export type MakeApiError = (library: UnchangedLibrary) => Promise<unknown>

/** A client, and how its library sends where nothing was replaced. */
export interface UnchangedLibrary {
  readonly client: object
  readonly send: MakeAuthenticatedRequest
  readonly usesNodeFetch2: boolean
}

/** `ApiError`, by letting a file that is never asked for read a response with an error. */
export function apiErrorOfStorage({ client: storage }: UnchangedLibrary): Promise<unknown> {
  const file: unknown = call(call(storage, 'bucket', 'none'), 'file', 'none')
  const request = Object.assign(new EventEmitter(), { resume() {} })
  const response = Object.assign(Readable.from([]), { statusCode: 400, statusMessage: '', headers: {} })
  return new Promise(resolve => {
    Object.assign(Object(file), { requestStream: () => request })
    const stream: unknown = call(file, 'createReadStream', { validation: false })
    if (!(stream instanceof Readable)) return resolve(undefined)
    stream.on('error', resolve).resume()
    setImmediate(() => request.emit('response', response))
  })
}

/** `ApiError`, by letting a job that was never started find that it has failed. */
export function apiErrorOfBigQuery({ client: bigQuery }: UnchangedLibrary): Promise<unknown> {
  const job: unknown = call(bigQuery, 'job', 'none')
  Object.assign(Object(job), {
    getMetadata(callback: ResponseCallback) {
      callback(null, { status: { errorResult: {} } })
    },
  })
  return new Promise(resolve => call(job, 'poll_', resolve))
}

/**
 * `ApiError`, by letting the library read a response that is in its URL. node-fetch 2 cannot, and the library would try it
 * again for seconds.
 */
export function apiErrorOfResponse({ send, usesNodeFetch2 }: UnchangedLibrary): Promise<unknown> {
  if (usesNodeFetch2) return Promise.resolve(undefined)
  const code = 'in the URL'
  const content = encodeURIComponent(JSON.stringify({ error: { code } }))
  return new Promise(resolve => {
    send({ uri: `data:application/json,${content}` }, error =>
      resolve(safeGet(error, 'code') === code ? error : undefined),
    )
  })
}

function call(target: unknown, method: string, ...parameters: readonly unknown[]): unknown {
  const found = safeGet(target, method)
  return typeof found === 'function' ? Reflect.apply(found, target, parameters) : undefined
}
