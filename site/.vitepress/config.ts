import { join } from 'node:path'

import { defineConfig } from 'vitepress'

import { repositoryPage } from '../../tools/package-metadata.ts'
import { inertHtml } from './inert-html.ts'
import { excluded, pageOf, root } from './pages.ts'
import { sidebar } from './sidebar.ts'
import { slugify } from './slugify.ts'
import { sourceLinks } from './source-links.ts'
import { vueOfTheSite } from './vue-of-the-site.ts'

const repository = repositoryPage()

export default defineConfig({
  title: 'Client Options',
  description: 'Google client options for Node.js: every option takes effect in every client, or an error says why.',
  // Where it is served, if not at the root of a host.
  base: process.env['SITE_BASE'] ?? '/',
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
