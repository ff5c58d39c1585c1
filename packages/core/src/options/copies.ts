/**
 * A value that all copies of this package in a process share: the first one's. There may be several: of the ES module and of
 * the CommonJS build where a test runner or a bundler loads both, or of two installed versions. Versions share it as well,
 * so a value of another shape needs another name.
 */
export function sharedByCopies<Value extends object>(name: string, own: Value): Value {
  const key = Symbol.for(`@client-options/core:${name}`)
  // Changes nothing where another copy was first, since the property cannot be configured, or the global object is frozen.
  Reflect.defineProperty(globalThis, key, { value: own })
  return Reflect.get(globalThis, key) ?? own
}
