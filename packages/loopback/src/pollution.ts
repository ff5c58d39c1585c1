/**
 * Gives every object of the process a member, as an attacker may bring about who can write where `__proto__` leads to
 * (prototype pollution); takes it away when it is disposed of.
 */
export function pollute(name: string, value: unknown): Disposable {
  // oxlint-disable-next-line no-extend-native -- that is what an attacker does
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: true })
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(Object.prototype, name) }
}
