import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { expect, test } from 'vitest'

import { linkOnSite, pageOf } from '../site/.vitepress/pages.ts'
import { slugify } from '../site/.vitepress/slugify.ts'

const root = join(import.meta.dirname, '..')
const host = 'https://example.com/blob/main'

// VitePress passes over one that does not, and shows nothing.
test('every include of the site finds its file and its region', () => {
  const includes = globSync('site/*.md', { cwd: root }).flatMap(page =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/<!--@include: (\S+?)#(\w+)-->/g)].map(
      ([, file = '', region = '']) => ({ file: join(root, dirname(page), file), region }),
    ),
  )
  expect(includes.length).toBeGreaterThan(5)
  for (const { file, region } of includes) {
    const text = readFileSync(file, 'utf8')
    for (const mark of ['region', 'endregion']) expect(text.split(`<!-- #${mark} ${region} -->`)).toHaveLength(2)
  }
})

test('a file of the repository has a page, or is shown by the code host', () => {
  expect(pageOf('docs/decisions/0001-a-hand-written-parser.md')).toBe('decisions/0001-a-hand-written-parser.md')
  expect(pageOf('SECURITY.md')).toBe('security.md')
  expect(linkOnSite('docs/recipes/mtls.md', '../guide.md#rotation', host)).toBe('/guide.md#rotation')
  expect(linkOnSite('docs/guide.md', '../CONTRIBUTING.md', host)).toBe(`${host}/CONTRIBUTING.md`)
  expect(linkOnSite('packages/nestjs/README.md', `${host}/docs/effects.md`, host)).toBe('/effects.md')
  // What the site includes from the README of the root is relative to that.
  expect(linkOnSite('site/options.md', 'docs/effects.md', host)).toBe('/effects.md')
  expect(() => linkOnSite('docs/guide.md', 'effect.md', host)).toThrow('docs/guide.md links to effect.md')
})

test('anchors are those of the code host', () => {
  expect(slugify('When nothing comes back')).toBe('when-nothing-comes-back')
  expect(slugify('unsupported_option')).toBe('unsupported_option')
  expect(slugify('`createClient()`, and more')).toBe('createclient-and-more')
})
