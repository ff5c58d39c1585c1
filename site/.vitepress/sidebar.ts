import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { DefaultTheme } from 'vitepress'

import { publicEntries } from '../../tools/public-entries.ts'
import { root } from './pages.ts'

/** Every page, in the order in which somebody new would read them. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      { text: 'Get started', link: '/get-started' },
      { text: 'NestJS', link: '/nestjs' },
      { text: 'Inversify', link: '/inversify' },
      { text: 'Testing', link: '/testing' },
      { text: 'Guide', link: '/guide' },
      { text: 'Playground', link: '/playground' },
    ],
  },
  { text: 'Recipes', items: pagesIn('recipes') },
  {
    text: 'Reference',
    items: [
      { text: 'Options', link: '/options' },
      { text: 'Clients and versions', link: '/clients' },
      { text: 'Options in each client', link: '/effects' },
      { text: 'Errors and notices', link: '/errors' },
      { text: 'Command line', link: '/cli' },
      {
        text: 'API',
        link: '/api/',
        collapsed: true,
        items: publicEntries().map(({ specifier, page }) => ({
          text: specifier.replace('@client-options/', ''),
          link: `/api/${page}`.replace(/\/index$/, '/'),
        })),
      },
    ],
  },
  {
    text: 'Background',
    items: [
      { text: 'Differences from Python', link: '/differences' },
      { text: 'Performance', link: '/performance' },
      { text: 'Reliability', link: '/reliability' },
      { text: 'Compatibility', link: '/compatibility' },
      { text: 'Security', link: '/security' },
      { text: 'Decisions', collapsed: true, items: pagesIn('decisions') },
    ],
  },
]

/** The pages of a folder of `docs/`, by their titles. */
function pagesIn(folder: string): DefaultTheme.SidebarItem[] {
  return readdirSync(join(root, 'docs', folder))
    .filter(file => file.endsWith('.md'))
    .map(file => {
      const title = /^# (.*)$/m.exec(readFileSync(join(root, 'docs', folder, file), 'utf8'))?.[1] ?? file
      return { text: title, link: `/${folder}/${file.replace(/\.md$/, '')}` }
    })
}
