import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { defineConfig } from 'vitepress'

import { inertHtml } from './inert-html.ts'
import { excluded, pageOf, root } from './pages.ts'
import { sidebar } from './sidebar.ts'
import { slugify } from './slugify.ts'
import { sourceLinks } from './source-links.ts'
import { vueOfTheSite } from './vue-of-the-site.ts'

interface Manifest {
  readonly description: string
  readonly homepage?: string
  readonly repository: { readonly url: string }
}

const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const repository = manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '')

export default defineConfig({
  title: 'Client Options',
  description: manifest.description,
  base: new URL(manifest.homepage ?? 'https://localhost/').pathname,
  srcDir: root,
  srcExclude: excluded,
  outDir: join(import.meta.dirname, 'dist'),
  cacheDir: join(import.meta.dirname, 'cache'),
  rewrites: pageOf,
  cleanUrls: true,
  lastUpdated: false,
  markdown: {
    anchor: { slugify },
    config: markdown => {
      sourceLinks(markdown, `${repository}/blob/main`)
      inertHtml(markdown)
    },
  },
  vite: { plugins: [vueOfTheSite] },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Get started', link: '/get-started' },
      { text: 'Guide', link: '/guide' },
      { text: 'Options', link: '/options' },
      { text: 'Playground', link: '/playground' },
      { text: 'API', link: '/api/' },
    ],
    sidebar,
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: repository }],
  },
})
