import { ClientOptionsRegistrationError, ClientRegistrationError } from './registration-errors.ts'
import { problemOfValue } from './setting-values.ts'
import { shownToken } from './tokens.ts'

// What TypeScript refuses, JavaScript and a cast do not; each of these would otherwise have no effect, or fail in Nest.

/** @throws {ClientOptionsRegistrationError} */
export function checkOptionsExtras(method: string, extras: unknown, known: readonly string[]): void {
  const problem = typeof extras === 'string' ? stringProblem(known) : settingProblem(method, extras, known)
  if (problem === undefined) return
  const name = ownValue(Object(extras), 'name')
  throw new ClientOptionsRegistrationError(typeof name === 'string' ? name : undefined, new TypeError(problem))
}

function stringProblem([first]: readonly string[]): string {
  return first === 'prefix'
    ? "pass { prefix: 'MY_APP_GOOGLE_' }, not a prefix alone"
    : "pass { name: 'payments' }, not a name alone"
}

/** @throws {ClientOptionsRegistrationError} when forRootAsync is called as forRoot is, with its extras apart. */
export function refuseSecondArgument(ignored: readonly unknown[]): void {
  if (ignored.every(argument => argument === undefined)) return
  const problem = 'pass forRootAsync one argument, as in { name, isGlobal, useFactory }'
  throw new ClientOptionsRegistrationError(undefined, new TypeError(problem))
}

/** @throws {ClientOptionsRegistrationError} unless the options are made in exactly one way. */
export function checkWays(name: string | undefined, ways: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(ways).filter(way => ways[way] !== undefined)
  if (given.length === 1) return
  const all = Object.keys(ways).join(', ')
  const problem =
    given.length === 0 ? `set one of ${all}` : `${given.join(' and ')} are mutually exclusive; set only one`
  throw new ClientOptionsRegistrationError(name, new TypeError(problem))
}

/** @throws {ClientRegistrationError} unless each is `{ provide, useFactory, ... }`. */
export function checkClients(clients: readonly unknown[], known: readonly string[]): void {
  for (const client of clients) {
    const cause = problemOf(client, known)
    if (cause !== undefined) {
      throw new ClientRegistrationError(`register ${shownClient(tokenOf(client))}`, new TypeError(cause))
    }
  }
}

/** @throws {ClientRegistrationError} unless each is a class, or `{ provide, ... }`; whether it is a client, `createClient` says. */
export function checkGoogleCloudClients(clients: unknown, known: readonly string[]): void {
  const list: readonly unknown[] = Array.isArray(clients) ? clients : [clients]
  const problems = list.flatMap(client => {
    if (typeof client === 'function') return []
    const isDefinition = typeof tokenOf(client) === 'function'
    const problem = isDefinition
      ? settingProblem('a client', client, known)
      : "pass a client's class; check that it is imported correctly"
    return problem ?? []
  })
  const [cause] = Array.isArray(clients) ? problems : ['pass an array of classes']
  if (cause !== undefined) throw new ClientRegistrationError('register the clients', new TypeError(cause))
}

/** @throws {ClientRegistrationError} */
export function checkClientExtras(method: string, extras: unknown, known: readonly string[]): void {
  const problem = typeof extras === 'string' ? nameAlone(known) : settingProblem(method, extras, known)
  if (problem !== undefined) throw new ClientRegistrationError('register the clients', new TypeError(problem))
}

function nameAlone(known: readonly string[]): string {
  return known.includes('options')
    ? "pass { options: 'payments' }, not a name alone"
    : "pass an object such as { isGlobal: true }; a name goes into the registration, as in options: 'payments'"
}

function problemOf(client: unknown, known: readonly string[]): string | undefined {
  if (typeof client === 'function') {
    const { name } = client
    return `pass { provide: ${name}, useFactory: options => new ${name}(...) }, or a client of Google's to GoogleCloudModule`
  }
  if (typeof client !== 'object' || client === null) return 'pass { provide, useFactory }'
  if (tokenOf(client) === undefined) return 'set provide to what the client is injected by'
  if (!isToken(tokenOf(client))) return 'set provide to a class, a string or a symbol'
  if (typeof ownValue(client, 'useFactory') !== 'function') return 'set useFactory: options => ..., which returns it'
  return settingProblem('forFeature', client, known)
}

function settingProblem(method: string, given: unknown, known: readonly string[]): string | undefined {
  if (typeof given !== 'object' || given === null) return `pass an object to ${method}`
  const unknown = Object.keys(given).find(key => !known.includes(key) && ownValue(given, key) !== undefined)
  if (unknown !== undefined) return `Unknown setting ${unknown}; ${method} takes ${known.join(', ')}`
  return known.map(key => problemOfValue(key, ownValue(given, key))).find(problem => problem !== undefined)
}

function tokenOf(client: unknown): unknown {
  if (typeof client === 'function') return client
  return typeof client === 'object' && client !== null ? ownValue(client, 'provide') : undefined
}

function ownValue(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function isToken(value: unknown): boolean {
  return ['function', 'string', 'symbol'].includes(typeof value)
}

function shownClient(token: unknown): string {
  return isToken(token) ? `the client ${shownToken(token)}` : 'a client'
}
