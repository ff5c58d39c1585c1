import { ClientConnectError } from '../credentials/connect-errors.ts'
import { safeGet } from '../options/safe-get.ts'

/** A class, of whatever kind. */
export type ClientClass = new (...args: never[]) => object

/** A class whose instances have one of these methods, by which it is told from others. */
export type ClassWithMethod<Method extends string> = Method extends unknown
  ? new (...args: never[]) => Readonly<Record<Method, unknown>>
  : never

/**
 * Checks what JavaScript may pass in the place of a class.
 * @throws {ClientConnectError} `unsupported_client`.
 */
export function requireClass(clientClass: unknown, options: unknown): void {
  if (typeof clientClass === 'function' && typeof options !== 'function') return
  throw new ClientConnectError('unsupported_client', `Cannot create a client: ${problemOfClass(clientClass, options)}`)
}

function problemOfClass(clientClass: unknown, options: unknown): string {
  if (typeof options === 'function') return 'pass the client class as the first argument, and the options as the second'
  if (clientClass === undefined || clientClass === null) return `the class is ${String(clientClass)}; check its import`
  const name = ownerOf(clientClass)
  return name === undefined
    ? `${kindOf(clientClass)} is not a class; pass a class that the package exports`
    : `pass the class ${name}, not an instance of it`
}

/** The name of an instance's class. */
function ownerOf(instance: unknown): string | undefined {
  const constructor: unknown = Object(instance) === instance ? safeGet(instance, 'constructor') : undefined
  return typeof constructor === 'function' ? constructor.name : undefined
}

function kindOf(value: unknown): string {
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
