import type { DynamicModule, InjectionToken } from '@nestjs/common'
import { type ModulesContainer, Reflector } from '@nestjs/core'

import { uniqueToken } from './tokens.ts'

/**
 * A module as Nest keeps it in its `ModulesContainer`. Its public members are used, which Nest does not document: `imports`,
 * `exports`, `providers`, `isGlobal`, `metatype`, `distance` and `addProvider`. Tested on Nest 10.4, 11.0, 11.1, 11.2 and 12.5.
 */
export type NestModule = ModulesContainer extends Map<string, infer Found> ? Found : never

const OPTIONS = 'ClientOptionsRegistration:'
const CLIENTS = 'ClientRegistration:'

/** A token that marks a module as a registration, and tells it from all others. */
export function markOf(what: 'options' | 'clients'): string {
  return (what === 'options' ? OPTIONS : CLIENTS) + crypto.randomUUID()
}

export function isOptionsRegistration(module: NestModule): boolean {
  return markIn(module)?.startsWith(OPTIONS) ?? false
}

export function isRegistration(module: NestModule): boolean {
  return markIn(module) !== undefined
}

function markIn({ providers }: NestModule): string | undefined {
  for (const key of providers.keys()) {
    if (typeof key === 'string' && (key.startsWith(OPTIONS) || key.startsWith(CLIENTS))) return key
  }
  return undefined
}

type Index = ReadonlyMap<string, NestModule>

const indexes = new WeakMap<ModulesContainer, { readonly size: number; readonly byMark: Index }>()

/**
 * The registrations by their marks. One look at all modules answers all registrations, until a lazily loaded module adds
 * others: then their marks are not known, even if as many modules have been removed because their loading failed.
 */
export function indexOf(modules: ModulesContainer, mark?: string): Index {
  const known = indexes.get(modules)
  if (known?.size === modules.size && (mark === undefined || known.byMark.has(mark))) return known.byMark
  const byMark = new Map<string, NestModule>()
  for (const module of modules.values()) {
    const found = markIn(module)
    if (found !== undefined) byMark.set(found, module)
  }
  indexes.set(modules, { size: modules.size, byMark })
  return byMark
}

/** The registration of a mark. */
export function registrationOf(modules: ModulesContainer, mark: string): NestModule | undefined {
  return indexOf(modules, mark).get(mark)
}

/** The registrations that all modules see: those of global modules, and those that global modules re-export. */
export function globalRegistrations(modules: ModulesContainer): Set<NestModule> {
  return new Set([...modules.values()].filter(({ isGlobal }) => isGlobal).flatMap(module => exported(module)))
}

/** The registrations that a module sees because it imports them, or imports what re-exports them. */
export function ownRegistrations({ imports }: NestModule): Set<NestModule> {
  return new Set([...imports].filter(({ isGlobal }) => !isGlobal).flatMap(module => exported(module)))
}

/** What the global registrations provide that the module's own decorator imports; Nest adds the others' to every module. */
export function globalTokensImportedBy({ metatype }: NestModule): Set<unknown> {
  const imports: readonly unknown[] = new Reflector().get('imports', metatype) ?? []
  const globals = imports.filter(isDynamicModule).filter(({ global }) => global)
  return new Set(
    globals.flatMap(({ imports: [registration] = [] }) => (isDynamicModule(registration) ? registration.exports : [])),
  )
}

function isDynamicModule(imported: unknown): imported is DynamicModule {
  return typeof imported === 'object' && imported !== null && 'module' in imported
}

/** The registrations in what `forRoot`, `forRootAsync` and `forFeature` returned, where it is imported directly. */
export function importedRegistrations({ imports }: NestModule): NestModule[] {
  return [...imports].filter(({ isGlobal }) => !isGlobal).flatMap(module => [...module.imports].filter(isRegistration))
}

function exported(module: NestModule, visited = new Set<NestModule>()): NestModule[] {
  if (visited.has(module)) return []
  visited.add(module)
  if (isRegistration(module)) return [module]
  return [...module.imports]
    .filter(({ isGlobal, metatype }) => !isGlobal && module.exports.has(metatype))
    .flatMap(one => exported(one, visited))
}

/** What the module's factories inject from elsewhere. */
export function injectedBy({ providers }: NestModule): Set<InjectionToken> {
  const dependencies = [...providers.values()].flatMap(({ inject }) => inject ?? [])
  const tokens = dependencies.map(one => (typeof one === 'object' && 'token' in one ? one.token : one))
  return new Set(tokens.filter(token => !providers.has(token)))
}

/** The module whose provider Nest injects: the first in the order of the imports, and of what they re-export. */
export function firstProvider(
  { imports, exports }: NestModule,
  token: InjectionToken,
  visited?: Set<NestModule>,
): NestModule | undefined {
  const seen = visited ?? new Set()
  for (const child of imports) {
    if ((visited !== undefined && !exports.has(child.metatype)) || seen.has(child)) continue
    seen.add(child)
    if (child.exports.has(token) && child.providers.has(token)) return child
    const found = firstProvider(child, token, seen)
    if (found !== undefined) return found
  }
  return undefined
}

/** Has Nest call a hook on shutdown, through its own module, which is always there. */
export function addShutdownHook(modules: ModulesContainer, onApplicationShutdown: () => Promise<void>): void {
  const [core] = modules.values()
  core?.addProvider({ provide: uniqueToken('ClientOptionsShutdown'), useValue: { onApplicationShutdown } })
}
