import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { metadataOf, publishedPackages, repositoryPage } from '../tools/package-metadata.ts'
import { linksIn } from './markdown-links.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = repositoryPage()

test('every published package is found', () => {
  expect(publishedPackages()).toEqual(expect.arrayContaining(['core', 'inversify', 'nestjs']))
})

describe.each(publishedPackages())('packages/%s', directory => {
  const folder = join(root, 'packages', directory)

  test('shows what the root says (else run: node tools/package-metadata.ts && oxfmt .)', () => {
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject(metadataOf(directory))
  })

  test('has a README for its page: first how to install it, then code, and no link that leads nowhere there', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    const [install = '', code = ''] = [...readme.matchAll(/^```(\w+)$/gm)].map(([, language]) => language)
    const language = directory === 'cli' ? 'console' : 'ts'
    expect([install, code]).toEqual(['sh', language])
    expect(readme.indexOf(`\`\`\`${language}`)).toBeLessThan(1000)
    expect(readme).toMatch(new RegExp(`^npm install .*@client-options/${directory}\\b`, 'm'))

    for (const link of linksIn(readme)) {
      expect(link).toMatch(/^(?:https:\/\/|#)/)
      const [, path] = link.split(new RegExp(`^${RegExp.escape(page)}/(?:blob|tree)/main/`))
      if (path !== undefined) expect(existsSync(join(root, path.replace(/#.*/, ''))), link).toBe(true)
      // No other address of a repository of that name.
      else expect(link).not.toContain('client-options-typescript')
    }
  })
})
