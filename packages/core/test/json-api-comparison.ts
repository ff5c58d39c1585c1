import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setImmediate, setTimeout } from 'node:timers/promises'

/** The classes of one generation; the options are those of each class. */
export interface ComparedClasses {
  readonly Storage: ComparedClass
  readonly BigQuery: ComparedClass
  readonly Translate: ComparedClass
  readonly DNS: ComparedClass
}

// Generations have types of their own, and what is done with a client is the same in each.
export type ComparedClass = new (options: never) => object

/** Creates a client: as a user does without this package, or by `createClient`. */
export type CreateComparedClient = (clientClass: ComparedClass, apiEndpoint: string, options: object) => object

/** Something that a client does. */
interface Operation {
  readonly of: keyof ComparedClasses
  readonly name: string
  /** Called with the client, of any generation. */
  readonly run: (client: never) => Promise<unknown>
  readonly options?: object
}

/** Without a delay that would make the comparison long. */
export const quickly = { retryOptions: { maxRetries: 2, maxRetryDelay: 0.01 } }
/** A resumable upload cannot wait for less than a second. */
const once = { retryOptions: { autoRetry: false } }

interface StorageLike {
  getBuckets(callback?: (error: unknown) => void): Promise<unknown>
  bucket(name: string): BucketLike
}
interface BucketLike {
  create(): Promise<unknown>
  getMetadata(): Promise<unknown>
  file(name: string): FileLike
}
interface FileLike {
  delete(): Promise<unknown>
  download(options: object): Promise<unknown>
  createReadStream(options: object): NodeJS.ReadableStream
  save(content: string, options: object): Promise<unknown>
}
interface BigQueryLike {
  getDatasets(callback?: (error: unknown) => void): Promise<unknown>
  query(query: string): Promise<unknown>
  createQueryStream(query: string): NodeJS.ReadableStream
  dataset(id: string): { table(id: string): TableLike }
}
interface TableLike {
  insert(rows: readonly object[]): Promise<unknown>
  createWriteStream(metadata: string): NodeJS.WritableStream
}

interface TranslateLike {
  translate(text: string, to: string): Promise<unknown>
  detect(text: string, callback: (error: unknown) => void): void
  getLanguages(): Promise<unknown>
}
interface DnsLike {
  getZones(callback?: (error: unknown) => void): Promise<unknown>
  getZonesStream(): NodeJS.ReadableStream
  zone(name: string): ZoneLike
}
interface ZoneLike {
  createChange(change: object): Promise<unknown>
  delete(): Promise<unknown>
  exists(): Promise<unknown>
}

function ofStorage(
  name: string,
  run: (storage: StorageLike) => Promise<unknown>,
  options: object = quickly,
): Operation {
  return { of: 'Storage', name, run, options }
}

function ofBigQuery(name: string, run: (bigQuery: BigQueryLike) => Promise<unknown>): Operation {
  return { of: 'BigQuery', name, run, options: quickly }
}

function ofTranslate(name: string, run: (translate: TranslateLike) => Promise<unknown>): Operation {
  return { of: 'Translate', name, run, options: quickly }
}

function ofDns(name: string, run: (dns: DnsLike) => Promise<unknown>): Operation {
  return { of: 'DNS', name, run, options: quickly }
}

const zone = (dns: DnsLike) => dns.zone('zone')
const file = (storage: StorageLike) => storage.bucket('bucket').file('file')

export const operations: readonly Operation[] = [
  ofStorage('listing, promise', storage => storage.getBuckets()),
  ofStorage('listing, callback', storage => byCallback(callback => void storage.getBuckets(callback))),
  ofStorage('creation, not idempotent', storage => storage.bucket('bucket').create()),
  ofStorage('metadata', storage => storage.bucket('bucket').getMetadata()),
  ofStorage('deletion', storage => file(storage).delete()),
  ofStorage('download', storage => file(storage).download({ validation: false })),
  ofStorage('read stream', storage => untilEnd(file(storage).createReadStream({ validation: false }))),
  ofStorage('simple upload', storage => file(storage).save('content', { resumable: false, validation: false })),
  ofStorage('resumable upload', storage => file(storage).save('content', { resumable: true, validation: false }), once),
  ofBigQuery('listing, promise', bigQuery => bigQuery.getDatasets()),
  ofBigQuery('listing, callback', bigQuery => byCallback(callback => void bigQuery.getDatasets(callback))),
  ofBigQuery('query', bigQuery => bigQuery.query('SELECT 1')),
  ofBigQuery('query stream', bigQuery => untilEnd(bigQuery.createQueryStream('SELECT 1'))),
  ofBigQuery('insert', bigQuery =>
    bigQuery
      .dataset('dataset')
      .table('table')
      .insert([{ a: 1 }]),
  ),
  ofBigQuery('load', bigQuery => untilLoaded(bigQuery.dataset('dataset').table('table').createWriteStream('json'))),
  ofTranslate('translation', translate => translate.translate('text', 'en')),
  ofTranslate('detection, callback', translate => byCallback(callback => translate.detect('text', callback))),
  ofTranslate('languages', translate => translate.getLanguages()),
  ofDns('listing, promise', dns => dns.getZones()),
  ofDns('listing, callback', dns => byCallback(callback => void dns.getZones(callback))),
  ofDns('listing, stream', dns => untilEnd(dns.getZonesStream())),
  ofDns('change', dns => zone(dns).createChange({ delete: [] })),
  ofDns('deletion', dns => zone(dns).delete()),
  ofDns('existence', dns => zone(dns).exists()),
]

/** How a server fails. */
export interface Fault {
  readonly name: string
  readonly respond: (response: ServerResponse) => unknown
}

function status(code: number, reason = 'someReason'): Fault {
  const message = `The server says ${code}`
  const body = { error: { code, message, errors: [{ message, domain: 'global', reason }], status: 'SOME_STATUS' } }
  return { name: `status ${code}, ${reason}`, respond: response => sendJson(response, code, JSON.stringify(body)) }
}

function sendJson(response: ServerResponse, code: number, body: string) {
  return response.writeHead(code, { 'content-type': 'application/json' }).end(body)
}

/** Declares more than it sends. */
function breakOff(response: ServerResponse, headers: Readonly<Record<string, string>>) {
  response.writeHead(200, { 'content-type': 'application/json', ...headers })
  response.write('{"items":', () => void setImmediate().then(() => response.destroy()))
}

export const faults: readonly Fault[] = [
  ...[400, 401, 403, 404, 408, 409, 412, 429, 500, 502, 503, 504].map(code => status(code)),
  status(403, 'rateLimitExceeded'),
  {
    name: 'status 404 as text',
    respond: response =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('<b>It isn&#39;t &lt;here&gt;</b>'),
  },
  { name: 'status 500 without a body', respond: response => response.writeHead(500).end() },
  { name: 'an error in a successful response', respond: response => sendJson(response, 200, errorInBody) },
  { name: 'a connection dropped before the response', respond: response => response.destroy() },
  {
    name: 'a connection dropped within the response',
    respond: response => breakOff(response, { 'content-length': '1000' }),
  },
  { name: 'a connection dropped within chunks', respond: response => breakOff(response, {}) },
  { name: 'JSON that cannot be parsed', respond: response => sendJson(response, 200, '{"items": [}') },
  { name: 'JSON that cannot be parsed, status 503', respond: response => sendJson(response, 503, '<html>') },
  { name: 'text where JSON is expected', respond: response => response.writeHead(200).end('not JSON') },
]

const errorInBody = JSON.stringify({ error: { code: 409, message: 'Not really', errors: [{ reason: 'conflict' }] } })

/** What became of an operation, in a form that can be compared. */
export interface ComparedOutcome {
  readonly requests: number
  readonly error: unknown
}

/** What `error` is when an operation does not end. */
export const NEVER_ENDED = 'It never ended'

/**
 * Lets two clients do the same while a server fails in the same way. Where the first never ends, as those that send by
 * node-fetch 2 do when a response breaks off, there is nothing to compare, and both outcomes are that of the first.
 */
export async function compareClients(
  classes: ComparedClasses,
  [createBare, createOurs]: readonly [CreateComparedClient, CreateComparedClient],
  operation: Operation,
  fault: Fault,
): Promise<readonly [bare: ComparedOutcome, ours: ComparedOutcome]> {
  const bare = await outcomeOf(classes, createBare, operation, fault)
  return [bare, bare.error === NEVER_ENDED ? bare : await outcomeOf(classes, createOurs, operation, fault)]
}

async function outcomeOf(
  classes: ComparedClasses,
  create: CreateComparedClient,
  operation: Operation,
  fault: Fault,
): Promise<ComparedOutcome> {
  using _listener = ignoreUnhandledRejections()
  await using server = await startFaultyServer(fault)
  const client = create(classes[operation.of], server.url, { projectId: 'project', ...operation.options })
  const error = await Promise.race([operation.run(client as never).then(() => undefined, describeError), tooLate()])
  // Of what the libraries leave behind, all is seen.
  await setImmediate()
  return { requests: server.requests(), error }
}

/** The libraries leave rejections behind, with every client: teeny-request does when a stream is sent for again. */
function ignoreUnhandledRejections(): Disposable {
  const listeners = process.listeners('unhandledRejection')
  const ignore = () => {}
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', ignore)
  return {
    [Symbol.dispose]() {
      process.off('unhandledRejection', ignore)
      for (const listener of listeners) process.on('unhandledRejection', listener)
    },
  }
}

async function startFaultyServer({ respond }: Fault) {
  let requests = 0
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    requests++
    await buffer(request).catch(() => {})
    respond(response)
  }
  const server = createServer((request, response) => void listener(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** The class itself is compared where it is the library's, and by its name where it may be another copy of node-fetch's. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { constructor, name, message } = error
  const { code, type, errno, errors, response } = error as Readonly<Record<string, unknown>> & Error
  return {
    constructor: constructor.name === 'ApiError' ? constructor : constructor.name,
    name,
    message: message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST').replaceAll(/[?&]uploadType=\w+|[\w-]{36}/g, ''),
    code,
    type,
    errno,
    errors,
    response: describeResponse(response),
  }
}

function describeResponse(response: unknown): unknown {
  if (typeof response !== 'object' || response === null) return response
  const { statusCode, status, statusMessage, statusText, body, data } = response as Readonly<Record<string, unknown>>
  const content = data ?? body
  const isStream = typeof content === 'object' && content !== null && 'pipe' in content
  return { status: statusCode ?? status, text: statusMessage ?? statusText, content: isStream ? 'a stream' : content }
}

function byCallback(call: (callback: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call(error => (error ? reject(error as Error) : resolve())))
}

function untilEnd(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => void stream.on('error', reject).on('end', resolve).resume())
}

function untilLoaded(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on('error', reject).on('job', () => resolve())
    stream.end('{"a":1}\n')
  })
}

async function tooLate(): Promise<string> {
  await setTimeout(2000, undefined, { ref: false })
  return NEVER_ENDED
}
