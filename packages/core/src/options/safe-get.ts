/**
 * A member that a value, or its class, has; not one that all objects inherit, since polluting
 * `Object.prototype` changes those. The prototype of all objects, in any realm, is one that has none itself.
 */
export function safeGet(holder: unknown, name: PropertyKey): unknown {
  return isObject(holder) && has(holder, name) ? Reflect.get(holder, name) : undefined
}

/** Recursive, so that a proxy whose prototypes never end exhausts the stack, which throws, and not the time. */
function has(holder: object, name: PropertyKey): boolean {
  if (Object.hasOwn(holder, name)) return true
  const prototype: unknown = Object.getPrototypeOf(holder)
  return isObject(prototype) && Object.getPrototypeOf(prototype) !== null && has(prototype, name)
}

/** What was given with the members that it has itself, each read once; those of all objects are no part of it. */
export function ownProperties<Given extends object>(given: Given): Given {
  return Object.assign(Object.create(null), given)
}

function isObject(value: unknown): value is object {
  return Object(value) === value
}
