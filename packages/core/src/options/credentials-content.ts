import { isFileContent } from './file-content.ts'
import { describeKind, isMapping } from './mapping.ts'
import { HIDDEN } from './redact.ts'
import type { CredentialsContent } from './types.ts'

/** The content of a credentials file, read once; or what is wrong with it, and what to do. */
export type CheckedContent =
  | { readonly content: CredentialsContent | string; readonly problem: undefined }
  | { readonly content: undefined; readonly problem: string }

/** As much as a credentials file may have. */
const MAX_SIZE = 1024 * 1024
const MAX_DEPTH = 10

const NOT_JSON = 'holds a value that JSON cannot hold; pass the object as it stands in the file'
const TOO_LARGE = 'is larger than 1 MiB; pass the content of a credentials file'

/**
 * Checks that something can be the content of a credentials file, an object or its JSON text, and copies an object, all the way
 * down: nothing that is done to it later, or that a getter or a proxy returns the next time, has an effect.
 */
export function checkContent(value: unknown): CheckedContent {
  if (typeof value === 'string') return checkText(value)
  const budget = { left: MAX_SIZE }
  try {
    const content = copy(value, budget, MAX_DEPTH)
    return isMapping(content) ? accepted(content) : refused(NOT_JSON)
  } catch (error) {
    if (error instanceof NotContent) return refused(error.message)
    throw error
  }
}

/** What is usually given by mistake, in words, and what to do about it. */
export function wrongKind(value: unknown): { readonly kind: string; readonly advice: string } | undefined {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
    return { kind: 'bytes', advice: 'decode them as UTF-8' }
  if (value instanceof Promise) return { kind: 'a Promise', advice: 'await it, or pass a function that returns it' }
  if (typeof value === 'string' || (typeof value === 'object' && value !== null)) return undefined
  return { kind: describeKind(value), advice: 'return the content of a credentials file' }
}

/** Whether two contents are the same; keys may stand in another order. */
export function isSameContent(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  const isSame = (key: string) =>
    Object.hasOwn(other, key) && isSameContent(Reflect.get(one, key), Reflect.get(other, key))
  return keys.length === Object.keys(other).length && keys.every(isSame)
}

function accepted(content: CredentialsContent | string): CheckedContent {
  return { content, problem: undefined }
}

function refused(problem: string): CheckedContent {
  return { content: undefined, problem }
}

function checkText(text: string): CheckedContent {
  if (text === HIDDEN) return refused('is the redaction placeholder; pass the real value')
  const start = text.trimStart()
  if (start === '') return refused('is empty; leave the option out instead')
  if (text.length > MAX_SIZE) return refused(TOO_LARGE)
  if (start.startsWith('{')) return accepted(text)
  if (isFileContent(text)) return refused('is PEM or base64 text; pass the JSON text of a credentials file')
  return refused('is not the JSON text of a credentials file; set credentialsFile to the path of one')
}

/** Ends the copying; what a getter or a proxy throws is another matter. */
class NotContent extends Error {}

/** A copy that inherits nothing and cannot be changed. Every value and every character is paid for out of the budget. */
function copy(value: unknown, budget: { left: number }, depth: number): unknown {
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return pay(1, budget, value)
  if (typeof value === 'string') return pay(value.length + 1, budget, value)
  if (depth === 0)
    throw new NotContent(`is nested more than ${MAX_DEPTH} levels deep; pass the content of a credentials file`)
  if (Array.isArray(value)) return copyList(value, budget, depth)
  if (isMapping(value)) return copyObject(value, budget, depth)
  throw new NotContent(NOT_JSON)
}

function copyList(list: readonly unknown[], budget: { left: number }, depth: number): unknown {
  // Read once: of a proxy it may be anything, and another thing each time.
  const length: unknown = list.length
  const items: unknown[] = []
  pay(Number(length), budget, undefined)
  for (let index = 0; index < Number(length); index++) items.push(copy(list[index], budget, depth - 1))
  return Object.freeze(items)
}

function copyObject(object: object, budget: { left: number }, depth: number): unknown {
  const copied: Record<string, unknown> = Object.create(null)
  for (const key of Object.keys(object)) {
    const value: unknown = Reflect.get(object, key)
    // JSON leaves it out as well.
    if (value !== undefined) copied[key] = copy(value, pay(key.length + 1, budget, budget), depth - 1)
  }
  return Object.freeze(copied)
}

function pay<Value>(price: number, budget: { left: number }, value: Value): Value {
  // A proxy may say of a list that its length is negative, or not a number.
  if (!(price >= 0 && price <= budget.left)) throw new NotContent(TOO_LARGE)
  budget.left -= price
  return value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
