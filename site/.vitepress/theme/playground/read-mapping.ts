import { isMap, isPair, isScalar, isSeq, LineCounter, type Pair, parseDocument, visit } from 'yaml'

/** A part of a text, and where it begins for a person. */
export interface Place {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}

/** What was typed: its value, where each part of it is, and what keeps it from being read. */
export interface TypedMapping {
  readonly value: unknown
  readonly problems: readonly { readonly message: string; readonly place: Place }[]
  /** The place of an option's value by its path, whichever spelling was typed; or of its name. */
  placeOf(path: readonly PropertyKey[], part?: 'value' | 'name'): Place | undefined
}

/** Reads JSON or YAML; JSON is YAML. */
export function readMapping(text: string): TypedMapping {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (start: number, end: number): Place => {
    const { line, col } = lines.linePos(start)
    return { start, end: Math.max(end, start + 1), line, column: col }
  }
  const problems = document.errors.map(({ message, pos: [start, end] }) => ({ message, place: place(start, end) }))
  visit(document, {
    Alias(_, { range }) {
      const [start, end] = range ?? [0, 0]
      problems.push({ message: 'An alias is not supported; write the value itself', place: place(start, end) })
    },
  })
  const { contents } = document
  const pairs = isMap(contents) ? contents.items.filter(isPair) : []
  return {
    // An empty text sets nothing.
    value: problems.length > 0 ? undefined : (document.toJS() ?? {}),
    problems,
    placeOf([name, index], part = 'value') {
      const pair = pairs.find(({ key }) => [keyOf(key), camelCase(keyOf(key))].includes(String(name)))
      const node = typeof index === 'number' && isSeq(pair?.value) ? pair.value.items[index] : pair?.value
      const range = (part === 'value' ? rangeOf(node) : undefined) ?? rangeOf(pair?.key)
      return range && place(...range)
    },
  }
}

function keyOf(key: Pair['key']): string {
  return isScalar(key) ? String(key.value) : ''
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Without what follows a value, such as the end of its line. */
function rangeOf(node: unknown): [number, number] | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined
  const [start, end]: unknown[] = node.range
  return typeof start === 'number' && typeof end === 'number' ? [start, end] : undefined
}
