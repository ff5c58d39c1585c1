import type { MarkdownRenderer } from 'vitepress'

import { sourceOf } from './pages.ts'

/** What pages outside `site/` may use; a code host takes it, too. */
const KNOWN_TAG = /^<(!--|\/?(a|br|details|summary)\b)/

/** Shows other HTML in those pages as text, such as `<stdin>` in a table of files, which Vue would take for an open element. */
export function inertHtml(markdown: MarkdownRenderer): void {
  markdown.renderer.rules['html_inline'] = (tokens, index, _options, env) => {
    const content = tokens[index]?.content ?? ''
    const trusted = sourceOf(env).startsWith('site/') || KNOWN_TAG.test(content)
    return trusted ? content : markdown.utils.escapeHtml(content)
  }
}
