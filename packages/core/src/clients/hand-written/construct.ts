import type { ClientClass } from '../client-class.ts'

/** Constructs an instance of a class, while some of its methods do nothing on this instance. */
export function constructWithout<Client extends ClientClass>(
  methods: readonly string[],
  clientClass: Client,
  options: object,
): InstanceType<Client> {
  if (methods.length === 0) return Reflect.construct(clientClass, [options])
  const skipped = Object.fromEntries(methods.map(method => [method, { value: () => {} }]))
  const prototype = { value: Object.create(clientClass.prototype, skipped) }
  const instanceClass = Object.defineProperty(clientClass.bind(undefined), 'prototype', prototype)
  return Reflect.construct(clientClass, [options], instanceClass)
}
