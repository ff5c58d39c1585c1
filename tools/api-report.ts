/**
 * Writes the API report of every public package, `api.md` in its folder: `node tools/api-report.ts`, after a build. Whoever changes
 * what is public sees it there, and so does whoever reviews the change; a test fails when a report is behind.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { CompilerState, Extractor, ExtractorConfig, type ExtractorMessage } from '@microsoft/api-extractor'

import { type PublicEntry, publicEntries } from './public-entries.ts'

/** What is public in every package. */
export interface PublicApi {
  /** The report of each package, by the path of its file. */
  readonly reports: ReadonlyMap<string, string>
  /** What has no doc comment, or one that leaves out a parameter or the errors. */
  readonly undocumented: readonly string[]
}

export function readPublicApi(): PublicApi {
  const folder = mkdtempSync(join(tmpdir(), 'api-reports-'))
  try {
    const packages = [...Map.groupBy(publicEntries(), entry => entry.folder).values()].map(entries =>
      extract(entries, folder),
    )
    return {
      reports: new Map(packages.map(({ path, entries }) => [path, reportOf(entries)])),
      undocumented: packages.flatMap(({ entries }) => entries.flatMap(undocumentedIn)),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What API Extractor says of an entry. */
interface ExtractedEntry {
  readonly specifier: string
  readonly declarations: readonly string[]
  readonly model: ApiItem
}

/** The part of API Extractor's model that is read here. */
interface ApiItem {
  readonly kind: string
  readonly name?: string
  readonly docComment?: string
  readonly overloadIndex?: number
  readonly isStatic?: boolean
  readonly parameters?: readonly { readonly parameterName: string }[]
  readonly members?: readonly ApiItem[]
}

function extract(
  entries: readonly PublicEntry[],
  folder: string,
): { path: string; entries: readonly ExtractedEntry[] } {
  const configs = entries.map(entry => configOf(entry, folder))
  const [first] = configs
  if (first === undefined) throw new Error('A package without an entry')
  // One program for all entries of a package, which mostly consist of the same files.
  const compilerState = CompilerState.create(first, {
    additionalEntryPoints: entries.map(({ declarations }) => declarations),
  })
  return {
    path: join(first.projectFolder, 'api.md'),
    entries: configs.map((config, index) => {
      Extractor.invoke(config, { compilerState, localBuild: true, messageCallback: silence })
      const [, code = ''] = /```ts\n(.*)```/s.exec(readFileSync(config.reportFilePath, 'utf8')) ?? []
      const model: ApiItem = JSON.parse(readFileSync(config.apiJsonFilePath, 'utf8'))
      return { specifier: entries[index]?.specifier ?? '', declarations: publicPart(code), model }
    }),
  }
}

function silence(message: ExtractorMessage): void {
  message.handled = true
}

function reportOf(entries: readonly ExtractedEntry[]): string {
  const seen = new Map<string, string>()
  const sections = entries.map(({ specifier, declarations }) => {
    const shown = declarations.flatMap(declaration => {
      const key = declaration.replace(/^export /m, '')
      const first = seen.get(key)
      if (first === undefined) {
        seen.set(key, specifier)
        return [declaration]
      }
      return isExported(declaration) ? [`export { ${nameOf(declaration)} } from '${first}'`] : []
    })
    return `## ${specifier}\n\n\`\`\`ts\n${shown.join('\n\n')}\n\`\`\`\n`
  })
  return `# The public API\n\nWritten by \`node tools/api-report.ts\`.\n\n${sections.join('\n')}`
}

/** An error's `name` needs no comment, and neither do the keywords of JSON Schema. */
function undocumentedIn({ specifier, declarations, model }: ExtractedEntry): readonly string[] {
  const uncommented = declarations
    .filter(declaration => nameOf(declaration) !== 'JsonSchema')
    .flatMap(declaration => declaration.match(/(?<=\(undocumented\)\n)(?! *readonly name = ).*/g) ?? [])
  return [...uncommented, ...unexplainedParts(model)].map(text => `${specifier}: ${text.trim()}`)
}

function unexplainedParts(item: ApiItem): readonly string[] {
  const { kind, name = '', docComment = '', overloadIndex = 1, isStatic, parameters = [], members = [] } = item
  const isCalled = kind === 'Function' || (kind === 'Method' && (isStatic === true || !name.startsWith('[')))
  const unexplained = parameters.filter(
    ({ parameterName }) => !new RegExp(`@param ${parameterName}\\b`).test(docComment),
  )
  const takesOptions = parameters.some(({ parameterName }) => ['options', 'registration'].includes(parameterName))
  const silent = takesOptions && !docComment.includes('@throws') ? [`${name}() and its errors`] : []
  return [
    ...(isCalled && overloadIndex === 1
      ? [...unexplained.map(({ parameterName }) => `${name}(${parameterName})`), ...silent]
      : []),
    ...members.flatMap(unexplainedParts),
  ]
}

/** What is exported, and what that names: an option is a property of a type that is not. */
function publicPart(code: string): readonly string[] {
  const declarations = code
    .trim()
    .split(/\n\n(?=\/\/ )/)
    .filter(text => nameOf(text) !== '')
  const exported = declarations.filter(isExported)
  const named = new Set(exported.flatMap(declaration => declaration.match(/[\w$]+/g) ?? []))
  return declarations.filter(declaration => isExported(declaration) || named.has(nameOf(declaration)))
}

function isExported(declaration: string): boolean {
  return /^export /m.test(declaration)
}

function nameOf(declaration: string): string {
  return (
    /^(?:export )?(?:declare |abstract )*(?:class|const|function|interface|type) ([\w$]+)/m.exec(declaration)?.[1] ?? ''
  )
}

function configOf({ folder: projectFolder, file, declarations }: PublicEntry, folder: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder,
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { extends: '../../tsconfig.base.json', files: [declarations] } },
      apiReport: {
        enabled: true,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temporary'),
        reportFileName: file,
        includeForgottenExports: true,
      },
      newlineKind: 'lf',
      docModel: { enabled: true, apiJsonFilePath: join(folder, `${file}.json`) },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {},
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
  })
}

if (import.meta.main) {
  const { reports, undocumented } = readPublicApi()
  for (const [file, report] of reports) writeFileSync(file, report)
  for (const text of undocumented) console.error(`Not documented: ${text}`)
}
