/**
 * What a registry shows of each published package, from one place: the address and the license from the root's package.json,
 * the rest from the table here. `node tools/package-metadata.ts && oxfmt .` writes it into each package, and the address into the links
 * of the files that are read outside of the repository. tests/package-metadata.test.ts fails when a package is behind.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Description and keywords of each published package, by its directory in packages/. */
const packages: Readonly<Record<string, { readonly description: string; readonly keywords: readonly string[] }>> = {
  core: {
    description: 'Google client options for Node.js: every option takes effect in every client, or an error says why.',
    keywords: ['api-key', 'credentials', 'gcp', 'google', 'googleapis', 'grpc', 'mtls', 'quota-project'],
  },
  nestjs: {
    description: 'Google client options, and the clients that use them, as NestJS providers.',
    keywords: ['dependency-injection', 'gcp', 'google', 'nest', 'nestjs'],
  },
  inversify: {
    description: 'Google client options, and the clients that use them, as Inversify bindings.',
    keywords: ['dependency-injection', 'gcp', 'google', 'inversify', 'ioc'],
  },
  testing: {
    description: 'Loopback servers, certificates and credentials to test what takes Google client options.',
    keywords: ['gcp', 'google', 'grpc', 'mock-server', 'mtls', 'oauth2', 'testing'],
  },
  cli: {
    description: 'Says where options of Google clients come from, and finds what is wrong with them.',
    keywords: ['cli', 'credentials', 'diagnostics', 'doctor', 'gcp', 'google', 'mtls'],
  },
}

const commonKeywords = ['client-options', 'configuration', 'google-cloud']

/** Files that are read outside of the repository, or that need its address for another reason. */
const filesWithLinks = ['packages/*/README.md', 'CONTRIBUTING.md', '.github/ISSUE_TEMPLATE/config.yml']

export interface PackageMetadata {
  readonly description: string
  readonly keywords: readonly string[]
  readonly homepage: string
  readonly bugs: { readonly url: string }
  readonly license: string
  readonly repository: { readonly type: string; readonly url: string; readonly directory: string }
}

interface Manifest {
  readonly private?: boolean
  readonly license: string
  readonly repository: { readonly url: string }
}

/** The directories of the packages that are published. */
export function publishedPackages(): readonly string[] {
  return globSync('packages/*/package.json', { cwd: root })
    .filter(path => readManifest(path).private !== true)
    .map(path => basename(dirname(path)))
    .toSorted()
}

/** The page of the repository, without a slash at its end. */
export function repositoryPage(): string {
  return pageOf(readManifest('package.json'))
}

export function metadataOf(directory: string): PackageMetadata {
  const { license, repository } = readManifest('package.json')
  const own = packages[directory]
  if (own === undefined) throw new Error(`Cannot describe packages/${directory}: add it to tools/package-metadata.ts`)
  return {
    description: own.description,
    keywords: [...commonKeywords, ...own.keywords].toSorted(),
    homepage: `${repositoryPage()}/tree/main/packages/${directory}#readme`,
    bugs: { url: `${repositoryPage()}/issues` },
    license,
    repository: { type: 'git', url: repository.url, directory: `packages/${directory}` },
  }
}

function pageOf({ repository }: Manifest): string {
  return repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

function main(): void {
  const page = repositoryPage()
  // A package still has the address that its README was written with.
  const previousPage = pageOf(readManifest('packages/core/package.json'))
  for (const path of globSync(filesWithLinks, { cwd: root })) {
    const text = readFileSync(join(root, path), 'utf8')
    writeFileSync(join(root, path), text.replaceAll(previousPage, page))
  }
  for (const directory of publishedPackages()) {
    const path = `packages/${directory}/package.json`
    const manifest = { ...readManifest(path), ...metadataOf(directory) }
    writeFileSync(join(root, path), `${JSON.stringify(manifest, null, 2)}\n`)
  }
}

if (import.meta.main) main()
