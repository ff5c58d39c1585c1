import type { Field } from '../options/fields.ts'
import { impersonationOfText } from '../options/impersonation.ts'

/** What a text stands for, by the kind of option; functions and objects of a library cannot be written as text. */
const readers: Readonly<Record<Field['kind'], ((text: string) => unknown) | undefined>> = {
  string: text => text,
  // Separators alone are no list that is empty on purpose: the parser refuses an empty item.
  strings: text => (/^[\s,]+$/.test(text) ? [''] : text.split(/[\s,]+/).filter(item => item !== '')),
  function: undefined,
  credentials: text => text,
  flag: text => (['true', 'false'].includes(text) ? text === 'true' : text),
  impersonation: impersonationOfText,
  tracerProvider: undefined,
}

/** Whether the values of an option can be written as text. */
export function hasTextForm({ kind }: Field): boolean {
  return readers[kind] !== undefined
}

/** The value that a text stands for; the parser checks it as any other. */
export function valueOfText({ kind }: Field, text: string): unknown {
  return readers[kind]?.(text)
}
