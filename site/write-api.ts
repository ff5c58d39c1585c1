/** Writes the API reference, a page for each entry of each public package, into `site/api`: `node write-api.ts`. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'

import {
  Application,
  type CommentDisplayPart,
  type CommentTag,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
  type TypeDocOptions,
} from 'typedoc'
import { ModuleRouter, type PluginOptions } from 'typedoc-plugin-markdown'

import { publicEntries } from '../tools/public-entries.ts'

const folder = join(import.meta.dirname, 'api')

const entries = publicEntries()
const pages = new Map(entries.map(({ specifier, page }) => [specifier, page]))

class EntryRouter extends ModuleRouter {
  override getIdealBaseName(reflection: Reflection): string {
    return pages.get(reflection.name) ?? super.getIdealBaseName(reflection)
  }
}

const options: Partial<TypeDocOptions & PluginOptions> = {
  entryPoints: entries.map(({ declarations }) => declarations),
  sortEntryPoints: false,
  tsconfig: join(import.meta.dirname, 'tsconfig.api.json'),
  plugin: ['typedoc-plugin-markdown'],
  outputs: [{ name: 'markdown', path: folder }],
  readme: 'none',
  name: 'API reference',
  router: 'entries',
  entryFileName: 'index',
  groupOrder: ['Functions', 'Classes', 'Variables', 'Interfaces', 'Type Aliases', '*', 'References'],
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  preservedTypeAnnotationTags: ['@throws'],
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  useCustomAnchors: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  treatWarningsAsErrors: true,
  skipErrorChecking: true,
  logLevel: 'Warn',
}

async function main(): Promise<void> {
  const app = await Application.bootstrapWithPlugins(options)
  app.renderer.defineRouter('entries', EntryRouter)
  const project = await app.convert()
  if (project === undefined) throw new Error('The API reference cannot be read from the build')
  for (const [index, module] of (project.children ?? []).entries()) {
    const specifier = entries[index]?.specifier
    if (specifier === undefined) throw new Error(`${module.name} is not an entry`)
    module.name = specifier
  }
  tidy(project)
  rmSync(folder, { recursive: true, force: true })
  await app.generateOutputs(project)
  if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1
}

/** What an error class inherits says nothing, and each error of a function is one line of a list. */
function tidy(project: ProjectReflection): void {
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.isDeclaration()) {
      delete reflection.inheritedFrom
      delete reflection.overwrites
    }
    const { comment } = reflection
    if (comment === undefined) continue
    const throws = comment.blockTags.filter(({ tag }) => tag === '@throws')
    const [first, ...others] = throws
    if (first === undefined) continue
    first.content = throws.flatMap(tag => itemOf(project, tag))
    delete first.typeAnnotation
    comment.blockTags = comment.blockTags.filter(tag => !others.includes(tag))
  }
}

function itemOf(project: ProjectReflection, { typeAnnotation, content }: CommentTag): CommentDisplayPart[] {
  const item: CommentDisplayPart = { kind: 'text', text: '- ' }
  const end: CommentDisplayPart = { kind: 'text', text: '\n' }
  if (typeAnnotation === undefined) return [item, ...content, end]
  const name = typeAnnotation.slice(1, -1)
  const target = Object.values(project.reflections).find(
    reflection => reflection.name === name && reflection.kind === ReflectionKind.Class,
  )
  const shown: CommentDisplayPart =
    target === undefined
      ? { kind: 'code', text: `\`${name}\`` }
      : { kind: 'inline-tag', tag: '@link', text: name, target }
  return [item, shown, { kind: 'text', text: ' ' }, ...content, end]
}

await main()
