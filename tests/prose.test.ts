import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const sources = globSync('packages/*/src/**/*.ts', { cwd: root, exclude: file => file.endsWith('.test.ts') })
const pages = globSync(['docs/**/*.md', 'README.md', 'SECURITY.md', 'packages/*/README.md'], {
  cwd: root,
  exclude: file => file.includes('node_modules'),
})

/** What reads like a translation wherever it stands, comments included, and what to write instead. */
const quaint: readonly (readonly [RegExp, string])[] = [
  [/\band its kin\b/i, 'name them'],
  [/\bwho asks(?! for)\b/i, 'credentials'],
  [/\bha(?:s|ve) a say in\b/i, 'determines'],
  [/\bis told by\b/i, 'is determined by'],
  [/\banew\b/i, 'again'],
  [/\bshows? no certificate\b/i, 'presents no certificate'],
]

/** What messages and pages do not say either. */
const stilted: readonly (readonly [RegExp, string])[] = [
  [/(?<!\bthere )\bis no (?!longer\b|more than\b)/i, 'is not a'],
  [/\bin silence\b/i, 'silently'],
  [/\bgives? back\b/i, 'returns'],
  [/\bgiven beside\b/i, 'passed with'],
  [/\bgiven away\b/i, 'leaked'],
]

/** What messages do not say, though it may be right in a page. */
const unclear: readonly (readonly [RegExp, string])[] = [
  [/\bleave out either\b/i, 'remove one'],
  [/\b(?:of its own|by itself)\b/i, 'its own'],
  [/\bgave no answer\b|\banswered with\b/i, 'did not respond, responded with'],
  [/\b(?:a|an|no|array of) blanks?\b/i, 'whitespace'],
  [/\b(?:is a|is no|has no|array of) texts?\b/i, 'string'],
  [/(?<!-)\bfolder\b/i, 'directory'],
  [/\bThere (?:is|are) no\b/, 'Cannot find'],
]

test.each(sources)('%s has plain messages and comments', file => {
  const source = readFileSync(join(root, file), 'utf8')
  expect(findIn(source, quaint)).toEqual([])
  expect(findIn(stringsOf(source), [...stilted, ...unclear])).toEqual([])
})

test.each(pages)('%s is plain', file => {
  expect(findIn(proseOf(readFileSync(join(root, file), 'utf8')), [...quaint, ...stilted])).toEqual([])
})

test('what is not plain is found in strings, comments and pages', () => {
  const source = "/** Loads it\n * anew. */\nthrow new Error(`${name} is no ` + 'URL') // It is no URL.\n"
  expect(findIn(source, quaint)).toEqual(['anew: again'])
  expect(findIn(stringsOf(source), stilted)).toEqual(['is no: is not a'])
  expect(findIn(proseOf('It is\nno option.\n\n```ts\nin silence\n```\n`anew`\n'), [...quaint, ...stilted])).toEqual([
    'is no: is not a',
  ])
})

/** What is found, in one line each, with what to write instead. */
function findIn(text: string, patterns: readonly (readonly [RegExp, string])[]): readonly string[] {
  const line = text.replaceAll(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ')
  return patterns.flatMap(([pattern, better]) => {
    const [found] = pattern.exec(line) ?? []
    return found === undefined ? [] : [`${found.trim()}: ${better}`]
  })
}

/** The string literals of a source, one a line, without its comments. */
function stringsOf(source: string): string {
  const tokens = source.matchAll(
    /\/\*.*?\*\/|(?<![:\w'"`])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/gs,
  )
  return [...tokens]
    .map(([token]) => token)
    .filter(token => !token.startsWith('/'))
    .join('\n')
}

/** A page without its code. */
function proseOf(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '``')
}
