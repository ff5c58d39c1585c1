/** A step on the way from an object to what can be reached from it. */
interface Step {
  readonly value: unknown
  readonly from: Step | undefined
  readonly name: string
}

/**
 * The ways to a secret from an object, by its own members, hidden ones too, and those of what they hold. As `findSecret`,
 * but each object is looked at once and none is printed, so that it can take a whole client, with all that is behind it.
 *
 * @param secrets The secrets by the names that the result calls them; of a PEM the first line of its content is looked for.
 * @returns `private key at credentials.privateKey`; empty when there is none.
 */
export function reachableSecrets(root: object, secrets: ReadonlyMap<string, string>): readonly string[] {
  const traces = [...secrets].map(([name, secret]) => [name, traceOf(secret)] as const)
  const found: string[] = []
  const seen = new Set<unknown>([root, globalThis, process])
  const steps: Step[] = [{ value: root, from: undefined, name: '' }]
  for (const step of steps) {
    const text = textOf(step.value)
    for (const [name, trace] of text === undefined ? [] : traces) {
      if (text?.includes(trace)) found.push(`${name} at ${pathOf(step)}`)
    }
    if (text !== undefined) continue
    for (const [name, value] of membersOf(step.value)) {
      if (seen.has(value)) continue
      if (typeof value !== 'string') seen.add(value)
      steps.push({ value, from: step, name })
    }
  }
  return found
}

function pathOf({ from, name }: Step): string {
  const before = from === undefined ? '' : pathOf(from)
  return before === '' ? name : `${before}.${name}`
}

function traceOf(secret: string): string {
  return secret.split(/\r?\n/).find(line => /^[A-Za-z0-9+/=]{40,}$/.test(line)) ?? secret
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
  return undefined
}

function membersOf(value: unknown): readonly [name: string, value: unknown][] {
  if (typeof value !== 'object' && typeof value !== 'function') return []
  const object = Object(value)
  const own = Reflect.ownKeys(object).map((key): [string, unknown] => [String(key), memberOf(object, key)])
  const entries = isIterable(object) ? Array.from(object, (entry): [string, unknown] => ['(entry)', entry]) : []
  // A function leads to its class, and a class to the whole program.
  return [...own, ...entries].filter(([, member]) => {
    return typeof member === 'string' || (typeof member === 'object' && member !== null)
  })
}

function memberOf(object: object, key: PropertyKey): unknown {
  const { get, enumerable = false } = Reflect.getOwnPropertyDescriptor(object, key) ?? {}
  // Nothing that prints an object calls such a getter.
  if (get !== undefined && !enumerable) return undefined
  try {
    return Reflect.get(object, key)
  } catch {
    return undefined // A getter that needs another object.
  }
}

function isIterable(object: object): object is Iterable<unknown> {
  return object instanceof Map || object instanceof Set
}
