/** Fails when a link of the built site leads to a page or an anchor that does not exist: `node check-links.ts`. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const site = join(import.meta.dirname, '.vitepress', 'dist')

/** The anchors and the links of every page, by its address. */
function readPages(): ReadonlyMap<string, { anchors: ReadonlySet<string>; links: readonly string[] }> {
  const files = globSync('**/*.html', { cwd: site }).filter(file => file !== '404.html')
  return new Map(
    files.map(file => {
      const html = readFileSync(join(site, file), 'utf8')
      const anchors = new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => unescaped(id)))
      const links = [...html.matchAll(/<a\s[^>]*?href="([^"]*)"/g)].map(([, href = '']) => unescaped(href))
      return [`/${file.replaceAll('\\', '/').replace(/(^|\/)index\.html$|\.html$/, '$1')}`, { anchors, links }]
    }),
  )
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** The path under which the site is served, as its pages have it in their links. */
function readBase(): string {
  const home = readFileSync(join(site, 'index.html'), 'utf8')
  return /<link rel="[^"]*stylesheet[^"]*" href="([^"]*)assets\//.exec(home)?.[1] ?? '/'
}

function deadLinks(): readonly string[] {
  const pages = readPages()
  const base = readBase()
  return [...pages].flatMap(([page, { links }]) =>
    links.flatMap(link => {
      const url = new URL(link, `https://site.invalid${base.slice(0, -1)}${page}`)
      if (url.host !== 'site.invalid') return []
      const path = url.pathname.startsWith(base) ? `/${decodeURI(url.pathname.slice(base.length))}` : undefined
      const target = path === undefined ? undefined : pages.get(path)
      const anchor = decodeURIComponent(url.hash.slice(1))
      const alive = target !== undefined && (anchor === '' || target.anchors.has(anchor))
      return alive ? [] : [`${page} links to ${link}`]
    }),
  )
}

const dead = deadLinks()
for (const link of new Set(dead)) console.error(link)
console.log(`Checked the links of ${readPages().size} pages: ${dead.length} of them dead`)
if (dead.length > 0) process.exitCode = 1
