import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { member } from '../../options/member.ts'
import { type ClientPackage, dependencyOf } from './client-package.ts'
import type { Send, TeenyOptions } from './teeny-messages.ts'

// This file holds everything here that is not documented by the packages that it names:
// - `Storage` and, through @google-cloud/common, `BigQuery` send what is not a resumable upload with teeny-request,
//   which has no way to choose an agent for one client: its agents are the process's, so a certificate in their options
//   would be shown by every client;
// - for each request they call `teenyRequest.defaults(...)`, and give what that returns the very object that
//   `authClient.authorizeRequest` gave them, its symbols included.

/** The versions with which that was tried. A later one of the same major version is taken to be the same. */
export const triedVersions: Readonly<Record<string, string>> = {
  '@google-cloud/storage': '8.4.0',
  '@google-cloud/bigquery': '9.3.0',
  '@google-cloud/common': '8.2.0',
  'teeny-request': '11.1.1',
}

interface TeenyRequest {
  defaults: (defaults: object) => Send
}

const SEND = Symbol('client-options.send')
/** No HTTP library sends this, so a request that does not find its way to its `Send` fails, and loses nothing in silence. */
const SCHEME = 'client-options:'

const handingOver = new WeakSet<TeenyRequest>()

/**
 * Makes the copy of teeny-request that a package uses hand over the requests that are marked. Others, those of every
 * other client in the process, are sent as before.
 * @throws {ClientConnectError} `unsupported_library` when that copy is not found or is of a version not known here.
 */
export function handOverMarkedRequests(dependent: ClientPackage): void {
  const found = requireTried('teeny-request', dependencyOf(dependent, 'teeny-request'))
  const teenyRequest = teenyRequestOf(found)
  if (handingOver.has(teenyRequest)) return
  const { defaults } = teenyRequest
  teenyRequest.defaults = given => {
    const sendUnmarked = defaults(given)
    return (options, callback) => {
      const all = { ...given, ...options }
      const send = sendOf(all)
      if (send === undefined) return sendUnmarked(options, callback)
      return send({ ...all, uri: all.uri.replace(SCHEME, '') }, callback)
    }
  }
  handingOver.add(teenyRequest)
}

/** Marks a request, which then can be sent in no other way. */
export function marked<Options extends TeenyOptions>(options: Options, send: Send): Options {
  return { ...options, uri: SCHEME + options.uri, [SEND]: send }
}

/** Marks a request of which a client uses nothing but the headers. */
export function markedHeaders(headers: TeenyOptions['headers'], send: Send): TeenyOptions['headers'] {
  return { ...headers, [SEND]: send }
}

/** @throws {ClientConnectError} `unsupported_library` when a package is not found or is of a version not known here. */
export function requireTried(name: string, found: ClientPackage | undefined): ClientPackage {
  const tried = triedVersions[name] ?? ''
  if (found?.name === name && isTried(found.version, tried)) return found
  const installed = found?.name === name ? `${name} ${found.version} is` : `${name} cannot be found as it was`
  const message =
    `${installed} not known here, so its requests might lose options in silence; ` +
    `use ${name} ^${tried}, leave it out of bundles, or update @client-options/core`
  throw new ClientConnectError('unsupported_library', message)
}

function teenyRequestOf({ require }: ClientPackage): TeenyRequest {
  const { teenyRequest }: { teenyRequest?: unknown } = require('teeny-request')
  if (hasDefaults(teenyRequest)) return teenyRequest
  throw new ClientConnectError('unsupported_library', 'teeny-request is not what it was: it has no defaults')
}

function hasDefaults(library: unknown): library is TeenyRequest {
  return typeof library === 'function' && typeof member(library, 'defaults') === 'function'
}

function isTried(version: string, tried: string): boolean {
  const [major, ...rest] = numbers(version)
  const [triedMajor, ...triedRest] = numbers(tried)
  const difference = rest.map((number, index) => number - (triedRest[index] ?? 0)).find(value => value !== 0)
  return major === triedMajor && (difference ?? 0) >= 0
}

/** A prerelease counts as the version that it leads to. */
function numbers(version: string): number[] {
  return (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number)
}

function sendOf(options: TeenyOptions): Send | undefined {
  const { headers } = options
  return Reflect.get(options, SEND) ?? (typeof headers === 'object' ? Reflect.get(headers, SEND) : undefined)
}
