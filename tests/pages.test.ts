import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { linksIn } from './markdown-links.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md', 'compatibility/*.md'], { cwd: root }).toSorted()

test.each(pages)('%s has no link to a file that does not exist', page => {
  for (const link of linksIn(readFileSync(join(root, page), 'utf8'))) {
    if (/^(?:[a-z]+:|#)/.test(link)) continue
    expect(existsSync(join(root, dirname(page), link.replace(/#.*/, ''))), link).toBe(true)
  }
})

test('the links of a page are found', () => {
  const markdown = '[a](../b.md) ![c](d.png) [`e`](#f) <a href="g">h</a>\n\n[i]: j.md\n\n```ts\nk(l)[m](n)\n```\n'
  expect(linksIn(markdown)).toEqual(['../b.md', 'd.png', '#f', 'g', 'j.md'])
})

describe('CONTRIBUTING.md', () => {
  const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')

  test('names scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const named = new Set([...page.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name))
    expect(named.size).toBeGreaterThan(5)
    for (const name of named) expect(scripts).toHaveProperty([name ?? ''])
  })

  test('names files and directories that there are, from the root or from the source of core', () => {
    // With a slash: `clients/`, `options/fields.ts`, but no package and no path with a star.
    const paths = [...page.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => path)
    expect(paths.length).toBeGreaterThan(20)
    const places = ['', 'packages/core/src', ...['clients', 'transports'].map(floor => `packages/core/src/${floor}`)]
    for (const path of paths)
      expect(
        places.some(place => existsSync(join(root, place, path))),
        path,
      ).toBe(true)
  })
})
