import type { Plugin } from 'vitepress'

/** Lets a page outside `site/` find Vue, which is installed here alone, when it is rendered to HTML. */
export const vueOfTheSite: Plugin = {
  name: 'vue-of-the-site',
  enforce: 'pre',
  resolveId(id, importer, options) {
    if (!/^vue(\/|$)/.test(id) || importer?.endsWith('.md') !== true) return null
    return this.resolve(id, import.meta.filename, { ...options, skipSelf: true })
  },
}
