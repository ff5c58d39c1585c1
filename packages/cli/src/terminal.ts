import type { WriteStream } from 'node:tty'

/** What text may look like. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

/** Where commands write to. */
export interface Terminal {
  /** Writes lines to standard output: the result. */
  readonly print: (text: string) => void
  /** Writes lines to standard error: progress and errors. */
  readonly note: (text: string) => void
  /** Text of standard output in a style; as it is where colours are not wanted. */
  readonly style: (style: Style, text: string) => string
}

type Output = NodeJS.WritableStream & Pick<WriteStream, 'isTTY'> & Partial<Pick<WriteStream, 'hasColors'>>

const codes: Readonly<Record<Style, readonly [start: number, end: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
}

/** Colours are used on a terminal that has them, unless `NO_COLOR` is set; Node.js reads it. */
export function openTerminal(stdout: Output, stderr: Output): Terminal {
  const hasColors = stdout.isTTY && stdout.hasColors?.() === true
  return {
    print: text => void stdout.write(`${printable(text)}\n`),
    note: text => void stderr.write(`${printable(text)}\n`),
    style: (style, text) => (hasColors ? `\u001B[${codes[style][0]}m${text}\u001B[${codes[style][1]}m` : text),
  }
}

/** A path or a name may hold what a terminal would take for a command: of these, only colours are let through. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- that is what it is about
  return text.replaceAll(/\u001B(?!\[\d{1,2}m)|[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F-\u009F]/g, '?')
}
