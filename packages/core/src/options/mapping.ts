/** A plain object of any realm: its prototype is null, or has a null prototype itself. */
export function isMapping(input: unknown): input is object {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false
  const prototype: unknown = Object.getPrototypeOf(input)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** The length of a list of at most so many items. It is read once: of a proxy it may be anything, and another thing each time. */
export function lengthWithin(list: readonly unknown[], max: number): number | undefined {
  const length: unknown = list.length
  const isWithin = typeof length === 'number' && Number.isInteger(length) && length >= 0 && length <= max
  return isWithin ? length : undefined
}

/** The kind of a value in words, never the value. */
export function describeKind(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object') return `a ${typeof value}`
  return 'an object'
}
