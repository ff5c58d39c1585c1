import { Lexer, LineCounter, Parser } from 'yaml'

/** A place in a document, from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where an offset is. */
export function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

/** What keeps a text from being read at all, and where. */
export interface StructureFault {
  readonly code: 'invalid_syntax' | 'unsupported_syntax'
  readonly message: string
  readonly position: Position
}

/** Option files nest six levels; each level is a mapping in a document, with a few tokens for it. */
const MAX_DEPTH = 40
/** A file that is not one of options may hold a million brackets. */
const MAX_TOKENS = 100_000

/**
 * Looks at the structure of a text in one pass without recursion, before the parser builds a document of it. The parser would
 * exhaust the stack on a text that is nested deeply, which can end the process, and the memory on one with many tokens.
 */
export function findStructureFault(text: string): StructureFault | undefined {
  const lines = new LineCounter()
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  let tokens = 0
  for (const lexeme of new Lexer().lex(text)) {
    const fault = (code: StructureFault['code'], message: string) => ({
      code,
      message,
      position: positionOf(lines, parser.offset),
    })
    if (++tokens > MAX_TOKENS)
      return fault('invalid_syntax', `has more than ${MAX_TOKENS} tokens; is it an option file?`)
    // It would change what a value means: in YAML 1.1, yes is true.
    if (lexeme.startsWith('%')) return fault('unsupported_syntax', 'is a YAML directive; remove it')
    for (const { type } of parser.next(lexeme)) {
      if (type === 'error') return fault('invalid_syntax', 'is not YAML here; correct the syntax')
    }
    if (parser.stack.length > MAX_DEPTH) return fault('invalid_syntax', 'is nested too deeply')
  }
  return undefined
}
