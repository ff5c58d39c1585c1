/** A plain object of any realm: its prototype is null, or has a null prototype itself. */
export function isMapping(input: unknown): input is object {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false
  const prototype: unknown = Object.getPrototypeOf(input)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
