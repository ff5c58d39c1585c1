import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { publishedPackages } from '../tools/package-metadata.ts'

const changesets = fileURLToPath(new URL('../.changeset', import.meta.url))
const published = publishedPackages().map(directory => `@client-options/${directory}`)

// What a release does with them is shown by `npm run release:dry-run`.
test('all published packages are released with one version', () => {
  const { fixed } = JSON.parse(readFileSync(join(changesets, 'config.json'), 'utf8'))
  expect(fixed.map((group: string[]) => group.toSorted())).toEqual([published])
})

test.each(globSync('*.md', { cwd: changesets }))(
  'the changeset %s names published packages, and says what changes',
  file => {
    const [, head = '', text = ''] = readFileSync(join(changesets, file), 'utf8').split(/^---\n/m)
    const lines = head.trim().split('\n')
    for (const line of lines) {
      const [, name, bump] = /^'(.+)': (\w+)$/.exec(line) ?? []
      expect(published).toContain(name)
      expect(bump).toMatch(/^(?:major|minor|patch)$/)
    }
    expect(text.trim()).not.toBe('')
  },
)
