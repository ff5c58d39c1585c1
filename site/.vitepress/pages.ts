import { existsSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'

/** The repository: pages are read where a code host shows them, too. */
export const root = join(import.meta.dirname, '..', '..')

/** Where the files that become pages are, and where their pages are: `docs/guide.md` is `/guide`. */
const folders: readonly (readonly [source: string, page: string])[] = [
  ['docs/', ''],
  ['site/', ''],
]
const files: Readonly<Record<string, string>> = {
  'SECURITY.md': 'security.md',
  'packages/cli/README.md': 'cli.md',
  'packages/inversify/README.md': 'inversify.md',
  'packages/nestjs/README.md': 'nestjs.md',
  'packages/testing/README.md': 'testing.md',
}

/** Everything else in the repository, for VitePress. */
export const excluded = [
  '!(docs|packages|site)/**/*.md',
  '!(SECURITY).md',
  'packages/!(cli|inversify|nestjs|testing)/**/*.md',
  'packages/*/!(README).md',
  'packages/*/*/**/*.md',
]

/** The page that a file of the repository becomes, both as paths of Markdown files; the file itself when it is none. */
export function pageOf(source: string): string {
  const page = files[source]
  if (page !== undefined) return page
  for (const [folder, target] of folders) {
    if (source.startsWith(folder)) return target + source.slice(folder.length)
  }
  return source
}

/**
 * Where a link leads on the site: to a page, or to the code host if the file that it names is not a page.
 *
 * @param from The file that holds the link, from the root of the repository.
 * @param link As it stands in the file, where it is relative to it, or, in what is included from the root's README, to that.
 * @param host The address of a file at the code host, without the file's path.
 */
export function linkOnSite(from: string, link: string, host: string): string {
  const [, path = '', rest = ''] =
    /^([^?#]*)(.*)$/.exec(link.startsWith(`${host}/`) ? link.slice(host.length + 1) : link) ?? []
  const target = [posix.join(dirname(from), path), posix.normalize(path)].find(file => existsSync(join(root, file)))
  if (target === undefined) throw new Error(`${from} links to ${link}, which does not exist`)
  const page = pageOf(target)
  if (page === target) return `${host}/${target}${rest}`
  return `/${page}${rest}`
}

/** The file that a page is rendered from, from the root of the repository; nothing when it is a title that is rendered. */
export function sourceOf({ realPath, path }: { realPath?: string; path?: string }): string {
  const file = realPath ?? path
  return file === undefined ? '' : relative(root, file).replaceAll('\\', '/')
}
