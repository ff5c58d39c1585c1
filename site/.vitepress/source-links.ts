import type { MarkdownRenderer } from 'vitepress'

import { linkOnSite, sourceOf } from './pages.ts'

/** Lets a link between files of the repository lead to the page of the file, so that it works on the code host and on the site. */
export function sourceLinks(markdown: MarkdownRenderer, host: string): void {
  markdown.core.ruler.push('source-links', ({ tokens, env }) => {
    const from = sourceOf(env)
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null
      if (href !== null && (href.startsWith(`${host}/`) || !/^(\w+:|[#/])/.test(href)))
        token.attrSet('href', linkOnSite(from, href, host))
    }
  })
}
