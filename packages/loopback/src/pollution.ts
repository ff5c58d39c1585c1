/**
 * Gives every object of the process a member, or some of the same value, as an attacker may bring about who can write
 * where `__proto__` leads to (prototype pollution); takes them away when it is disposed of.
 */
export function pollute(name: string | readonly string[], value: unknown): Disposable {
  const names = typeof name === 'string' ? [name] : name
  // All at once: what describes a member is polluted by those before it.
  const member = { value, configurable: true, writable: true, enumerable: true }
  // oxlint-disable-next-line no-extend-native -- that is what an attacker does
  Object.defineProperties(Object.prototype, Object.fromEntries(names.map(one => [one, member])))
  return { [Symbol.dispose]: () => names.forEach(one => Reflect.deleteProperty(Object.prototype, one)) }
}
