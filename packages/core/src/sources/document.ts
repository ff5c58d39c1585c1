import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument as parseYaml,
} from 'yaml'

import type { OptionsSourceIssueCode } from './errors.ts'
import { findStructureFault, type Position, positionOf } from './structure.ts'

/** A value, and where it stands; one of a mapping stands where its key does. */
export interface Located {
  readonly position: Position
  readonly value: Value
}

/** What JSON can say. A mapping is a `Map`, so that no key is taken for anything else. */
export type Value = string | number | boolean | null | readonly Located[] | Mapping
export type Mapping = ReadonlyMap<string, Located>

/** Reports a problem of the document, and of which property. */
export type ReportProblem = (
  code: OptionsSourceIssueCode,
  message: string,
  position?: Position,
  path?: readonly string[],
) => void

/**
 * Reads a text as JSON, or else as YAML 1.2, of which JSON is a part. What YAML can say beyond JSON is a problem: aliases, which
 * let a small file stand for gigabytes, tags, and keys that are not text. No message of the parser is passed on, because it may
 * quote the text.
 */
export function parseDocument(text: string, format: 'JSON' | 'YAML', report: ReportProblem): Located | undefined {
  const structure = findStructureFault(text)
  if (structure !== undefined) {
    report(structure.code, structure.message, structure.position)
    return undefined
  }
  const lines = new LineCounter()
  const document = documentOf(text, lines)
  if (document === undefined) {
    report('invalid_syntax', 'cannot be parsed')
    return undefined
  }
  const positionAt = (offset: number) => positionOf(lines, offset)
  const fault = syntaxFault(document, text, format)
  if (fault !== undefined) {
    report(fault.code, fault.message, fault.offset === undefined ? undefined : positionAt(fault.offset))
    return undefined
  }
  return new Reader(positionAt, report).read(document.contents, 0, [])
}

/** `undefined` when the parser itself fails: what it throws may quote the text. */
function documentOf(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    // Duplicate keys are looked for below: the parser compares each key with every other.
    return parseYaml(text, { lineCounter, prettyErrors: false, stringKeys: true, uniqueKeys: false })
  } catch {
    return undefined
  }
}

/** The value without its places, as the parser of options takes it. What it has for a mapping inherits nothing. */
export function plainValue(value: Value): unknown {
  if (isMapping(value)) {
    const entries = [...value].map(([key, located]) => [key, plainValue(located.value)])
    return Object.setPrototypeOf(Object.fromEntries(entries), null)
  }
  return isList(value) ? value.map(item => plainValue(item.value)) : value
}

export function isMapping(value: Value | undefined): value is Mapping {
  return value instanceof Map
}

export function isList(value: Value | undefined): value is readonly Located[] {
  return Array.isArray(value)
}

interface Fault {
  readonly code: OptionsSourceIssueCode
  readonly message: string
  readonly offset?: number | undefined
}

function syntaxFault({ errors, warnings }: Document.Parsed, text: string, format: string): Fault | undefined {
  const [error = format === 'JSON' ? jsonFault(text) : warnings[0]] = errors
  if (error === undefined) return undefined
  const offset = error.pos[0]
  if (error.code === 'TAG_RESOLVE_FAILED') return { code: 'unsupported_syntax', message: NO_TAGS, offset }
  return { code: 'invalid_syntax', message: `is not ${format} here (${error.code}); correct the syntax`, offset }
}

/** What YAML takes and JSON does not: comments, trailing commas, quotes that are left out. Of the error, only the place is safe. */
function jsonFault(text: string): { readonly code: string; readonly pos: readonly [number] } | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const [, offset] = / at position (\d+)/.exec(String(error)) ?? []
    return { code: 'NOT_JSON', pos: [Number(offset ?? 0)] }
  }
}

const NO_TAGS = 'is a tag, which option files do not support; remove it'
const NO_ALIASES = 'is an alias, which option files do not support; write the value out'
/** A file that is not one of options may hold a hundred thousand keys. */
const MAX_KEYS = 10_000

class Reader {
  readonly #positionAt: (offset: number) => Position
  readonly #report: ReportProblem

  constructor(positionAt: (offset: number) => Position, report: ReportProblem) {
    this.#positionAt = positionAt
    this.#report = report
  }

  /** @param offset Where it stands, or where its key does. */
  read(node: Node | null, offset: number, path: readonly string[]): Located {
    const position = this.#positionAt(offset)
    const problem = isAlias(node) ? NO_ALIASES : node?.tag === undefined ? undefined : NO_TAGS
    if (problem !== undefined) this.#report('unsupported_syntax', problem, position, path)
    return { position, value: this.#valueOf(node, position, path) }
  }

  #valueOf(node: Node | null, position: Position, path: readonly string[]): Value {
    if (isSeq(node)) return node.items.map(item => this.read(nodeOf(item), startOf(item), path))
    if (!isMap(node)) return isScalar(node) ? scalarOf(node.value) : null
    if (node.items.length > MAX_KEYS) this.#report('invalid_value', `has more than ${MAX_KEYS} keys`, position, path)
    const mapping = new Map<string, Located>()
    for (const { key, value } of node.items.slice(0, MAX_KEYS)) {
      const name = String(isScalar(key) ? key.value : '')
      const located = this.read(nodeOf(value), startOf(key), [...path, name])
      if (mapping.has(name))
        this.#report('duplicate_key', 'occurs twice; remove one', located.position, [...path, name])
      mapping.set(name, located)
    }
    return mapping
  }
}

function nodeOf(value: unknown): Node | null {
  return isNode(value) ? value : null
}

function startOf(value: unknown): number {
  return isNode(value) ? (value.range?.[0] ?? 0) : 0
}

function scalarOf(value: unknown): Value {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}
