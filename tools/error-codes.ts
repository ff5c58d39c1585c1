import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** What the source says of a code. */
interface Meaning {
  /** The class of the error, or `Notice`. */
  readonly owner: string
  readonly code: string
  readonly meaning: string
}

/** Every code of every error class and of the notices, as the doc comments of the source explain them. */
export function readCodes(): readonly Meaning[] {
  const files = globSync('packages/*/src/**/*.ts', { cwd: root, exclude: file => file.endsWith('.test.ts') })
  const codes = files.toSorted().flatMap(file => codesIn(readFileSync(join(root, file), 'utf8')))
  // The adapters have classes of the same names.
  return [...new Map(codes.map(code => [`${code.owner} ${code.code}`, code])).values()]
}

function codesIn(text: string): Meaning[] {
  const unions = text.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\s*export type (\w+Code) =((?:\s*\|?\s*['\w]+)+)/gs)
  const unionCodes = [...unions].flatMap(([, comment = '', union = '', members = '']) => {
    const meanings = meaningsIn(comment)
    const codes = [...members.matchAll(/'(\w+)'/g)].map(([, code = '']) => code)
    return codes.map(code => {
      const meaning = meanings.get(code)
      if (meaning === undefined) throw new Error(`The comment of ${union} does not explain ${code}`)
      return { owner: ownerIn(text, union), code, meaning }
    })
  })
  const classes = text.matchAll(
    /\/\*\*((?:(?!\*\/).)*)\*\/\s*export class (\w+) extends Error {(?:(?!\n}).)*?\n  readonly code = '(\w+)'/gs,
  )
  const classCodes = [...classes].map(([, comment = '', owner = '', code = '']) => {
    return { owner, code, meaning: textOf(comment) }
  })
  const warnings = text.matchAll(/type: 'ClientOptionsWarning', code: '(\w+)'/g)
  return [
    ...unionCodes,
    ...classCodes,
    ...[...warnings].map(([, code = '']) => ({ owner: 'Notice', code, meaning: '' })),
  ]
}

/** The class that has codes of a union: the first error class after it in its file. */
function ownerIn(text: string, union: string): string {
  return /export class (\w+) extends Error/.exec(text.slice(text.indexOf(`export type ${union}`)))?.[1] ?? 'Notice'
}

/** The items of the list in a comment, each of one code or of several. */
function meaningsIn(comment: string): ReadonlyMap<string, string> {
  const items = textOf(comment)
    .split(/ - (?=`)/)
    .slice(1)
  return new Map(
    items.flatMap(item => {
      const [, codes = '', meaning = ''] = /^((?:`\w+`(?:, | and )?)+): (.*)$/s.exec(item) ?? []
      const sentence = meaning.replace(/[;.,]?( and)?$/, '.')
      return [...codes.matchAll(/`(\w+)`/g)].map(([, code = '']): [string, string] => [code, capitalized(sentence)])
    }),
  )
}

function textOf(comment: string): string {
  return comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim()
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const [CLASSES, CODES] = ['## Classes\n', '## Codes\n']

/**
 * The text of docs/errors.md with what the source says: the list of classes, and for each code a heading and what it means.
 * What to do about a code is written by hand, below the meaning, and is kept.
 */
export function withErrors(text: string): string {
  const [intro = ''] = text.split(CLASSES)
  const codes = Map.groupBy(readCodes(), ({ code }) => code)
  const remedies = readRemedies(text)
  const sections = [...codes]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, meanings]) => {
      const known = meanings.filter(({ meaning }) => meaning !== '')
      const quoted = known.map(({ owner, meaning }) => `> \`${owner}\`: ${meaning}`).join('\n>\n')
      return [`### ${code}`, quoted, remedies.get(code) ?? ''].filter(part => part !== '').join('\n\n')
    })
  return `${intro}${CLASSES}\n${listOfClasses()}\n\n${CODES}\n${sections.join('\n\n')}\n`
}

/** The codes that docs/errors.md does not say what to do about. */
export function codesWithoutRemedy(text: string): readonly string[] {
  const remedies = readRemedies(text)
  return readCodes().flatMap(({ code }) => (remedies.get(code) ? [] : [code]))
}

function readRemedies(text: string): ReadonlyMap<string, string> {
  const [, ...sections] = (text.split(CODES)[1] ?? '').split(/^### /m)
  return new Map(
    sections.map(section => {
      const [code = '', ...lines] = section.split('\n')
      return [
        code,
        lines
          .filter(line => !line.startsWith('>'))
          .join('\n')
          .trim(),
      ]
    }),
  )
}

function listOfClasses(): string {
  const owners = [...Map.groupBy(readCodes(), ({ owner }) => owner)].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  )
  return owners
    .map(
      ([owner, codes]) =>
        `- \`${owner}\`: ${codes.map(({ code }) => `[\`${code}\`](#${code.toLowerCase()})`).join(', ')}`,
    )
    .join('\n')
}
