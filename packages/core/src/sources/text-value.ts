import type { Field } from '../options/fields.ts'

/** Whether the values of an option can be written as text; functions and objects of a library cannot. */
export function hasTextForm({ kind }: Field): boolean {
  return kind !== 'function' && kind !== 'tracerProvider'
}

/** The value that a text stands for; the parser then checks it as any other. */
export function valueOfText({ kind }: Field, text: string): unknown {
  return kind === 'strings' ? text.split(/[\s,]+/).filter(item => item !== '') : text
}
