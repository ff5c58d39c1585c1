import { inspect, types } from 'node:util'

const whole = { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity }

/** The ways in which a value ends up in a log. Each may throw. */
const conversions: Readonly<Record<string, (value: unknown) => unknown>> = {
  'String()': value => String(value),
  message: value => member(value, 'message'),
  stack: value => member(value, 'stack'),
  'JSON.stringify': value => JSON.stringify(value),
  'util.inspect': value => inspect(value, whole),
  'util.inspect showHidden': value => inspect(value, { ...whole, showHidden: true }),
  'util.inspect customInspect: false': value => inspect(value, { ...whole, customInspect: false }),
  structuredClone: value => inspect(structuredClone(value), whole),
}

/**
 * The ways in which `secret`, or one line of it when it is a PEM, shows in `value`, in its causes and in its errors:
 * `cause.message`, `util.inspect showHidden`, `property config.headers.authorization`. Empty when there is none.
 */
export function findSecret(secret: string, value: unknown): readonly string[] {
  return waysOf(secret, [...textsOf(value)])
}

/** The names of those secrets that {@link findSecret} finds in `value`, which is converted once for all of them. */
export function shownSecrets(secrets: ReadonlyMap<string, string>, value: unknown): readonly string[] {
  const texts = [...textsOf(value)]
  return [...secrets].filter(([, secret]) => waysOf(secret, texts).length > 0).map(([name]) => name)
}

type Shown = readonly [way: string, text: string]

function waysOf(secret: string, texts: readonly Shown[]): readonly string[] {
  const traces = tracesOf(secret)
  const showing = texts.filter(([, text]) => traces.some(trace => text.includes(trace)))
  return [...new Set(showing.map(([way]) => way))]
}

/** All texts that a value may end up as. */
function* textsOf(value: unknown): Generator<Shown> {
  for (const [path, link] of causeChain(value)) {
    for (const [name, convert] of Object.entries(conversions)) {
      const text = attempt(() => convert(link))
      if (typeof text === 'string') yield [join(path, name), text]
    }
  }
  for (const [path, text] of ownTexts(value)) yield [`property ${path}`, text]
}

/** A short last line of a PEM is no trace, because it may be found by chance. */
function tracesOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/)
  const base64 = lines.length > 1 ? lines.filter(line => /^[A-Za-z0-9+/=]{20,}$/.test(line)) : []
  return [secret, JSON.stringify(secret).slice(1, -1), ...base64]
}

/** The value, its causes and its errors, and theirs, each with the path to it. */
function causeChain(value: unknown): [path: string, link: unknown][] {
  const chain: [string, unknown][] = [['', value]]
  const seen = new Set<unknown>()
  const links: [string, unknown][] = []
  for (const [path, link] of chain) {
    if (seen.has(link)) continue
    seen.add(link)
    links.push([path, link])
    const cause = attempt(() => member(link, 'cause'))
    if (cause !== undefined) chain.push([join(path, 'cause'), cause])
    const errors = attempt(() => member(link, 'errors'))
    if (Array.isArray(errors)) errors.forEach((error, index) => chain.push([join(path, `errors.${index}`), error]))
  }
  return links
}

/** Every text that can be reached through own properties, hidden ones and symbols too, nearest first. */
function* ownTexts(value: unknown): Generator<[path: string, text: string]> {
  const pending: [string, unknown][] = [['', value]]
  const seen = new Set<unknown>()
  for (const [path, current] of pending) {
    if (typeof current === 'string') yield [path, current]
    if (typeof current === 'symbol') yield [path, String(current)]
    if (!isObject(current) || seen.has(current)) continue
    seen.add(current)
    const bytes = bytesOf(current)
    if (bytes !== undefined) {
      yield [path, bytes.toString()]
      continue
    }
    const keys: readonly (string | symbol)[] = attempt(() => Reflect.ownKeys(current)) ?? []
    for (const key of keys) {
      const place = join(path, String(key))
      yield [place, String(key)]
      pending.push([place, attempt(() => Reflect.get(current, key))])
    }
    if (types.isMap(current)) for (const entry of current) pending.push([join(path, '(entry)'), entry])
    if (types.isSet(current)) for (const entry of current) pending.push([join(path, '(entry)'), entry])
  }
}

function bytesOf(value: object): Buffer | undefined {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return types.isAnyArrayBuffer(value) ? Buffer.from(value) : undefined
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function attempt<T>(convert: () => T): T | undefined {
  try {
    const result = convert()
    // A getter may hand out a promise that is rejected, and nobody else here would look after it.
    if (types.isPromise(result)) result.catch(() => {})
    return result
  } catch {
    return undefined
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
