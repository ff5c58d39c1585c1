import { safeGet } from '../options/safe-get.ts'

/** Says in one line who asks whom, without a secret. */
export type DescribeClient = () => string

/** UNAUTHENTICATED, PERMISSION_DENIED and NOT_FOUND (google.rpc.Code). */
const GRPC_CODES = new Set<unknown>([16, 7, 5])
/** The same over HTTP. */
const HTTP_STATUSES = new Set<unknown>([401, 403, 404])

/** Whether a gRPC status may be due to who asked, or whom. As Python's clients have it, which add this for the same three. */
export function isAboutCaller(code: unknown): boolean {
  return GRPC_CODES.has(code)
}

/**
 * Adds who asked whom to an error of a response, as `clientDescription`. It is enumerable, so that logs show it. An error that
 * cannot be added to, or has one, stays as it is.
 * @param status The status of the response: an HTTP status, which may be a string, or a gRPC code.
 */
export function addClientDescription(error: unknown, status: unknown, describe: DescribeClient): void {
  if (!HTTP_STATUSES.has(Number(status)) && !isAboutCaller(status)) return
  if (!isObject(error) || safeGet(error, PROPERTY) !== undefined || !Object.isExtensible(error)) return
  Reflect.defineProperty(error, PROPERTY, { value: describe(), enumerable: true, configurable: true, writable: true })
}

const PROPERTY = 'clientDescription'

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
