import type { InjectionToken } from '@nestjs/common'
import type { ModulesContainer } from '@nestjs/core'

import {
  firstProvider,
  globalRegistrations,
  globalTokensImportedBy,
  importedRegistrations,
  indexOf,
  injectedBy,
  isOptionsRegistration,
  isRegistration,
  type NestModule,
  ownRegistrations,
} from './nest-modules.ts'
import { ClientOptionsRegistrationError, ClientRegistrationError } from './registration-errors.ts'
import { nameOfToken, shownToken } from './tokens.ts'

const lookedAt = new WeakMap<ModulesContainer, unknown>()

/**
 * Fails the start where Nest would choose between two registrations of a name or a client and say nothing: the order of
 * imports would decide. Every registration asks, by its mark, and one look at all modules answers them all.
 * @throws {ClientOptionsRegistrationError | ClientRegistrationError}
 */
export function checkRegistrations(modules: ModulesContainer, mark: string): void {
  const index = indexOf(modules, mark)
  if (lookedAt.get(modules) === index) return
  lookedAt.set(modules, index)
  const globals = globalRegistrations(modules)
  refuseTwice(globals)
  const globalTokens = byToken(globals)
  for (const module of modules.values()) {
    const own = ownRegistrations(module)
    // What forRoot, forRootAsync and forFeature return imports its registration, and has no providers.
    if (own.size === 0 || [...module.imports].some(isRegistration)) continue
    refuseTwice(own, module)
    refuseBoth(module, own)
    refuseOverlooked(module, own, globalTokens)
    refuseBeside(module, own)
  }
}

/** @param importer The module that imports them; without it, they are the global ones. */
function refuseTwice(registrations: Iterable<NestModule>, importer?: NestModule): void {
  const tokens = new Set<InjectionToken>()
  for (const registration of registrations) {
    for (const token of registration.exports) {
      if (importer !== undefined && !isLookedFor(token, importer)) continue
      if (tokens.has(token)) throw refusal(registration, token, twice(registration, importer))
      tokens.add(token)
    }
  }
}

function twice(registration: NestModule, importer: NestModule | undefined): string {
  const [they, them, name] = isOptionsRegistration(registration)
    ? ['they are', 'them', 'name']
    : ['it is', 'it', 'token']
  const problem =
    importer === undefined ? `${they} registered globally twice` : `${nameOf(importer)} imports ${them} twice`
  return `${problem}; give one registration another ${name}`
}

/** Of what a registration imports, only what its factories inject; all of it in any other module. */
function isLookedFor(token: InjectionToken, importer: NestModule): boolean {
  return !isRegistration(importer) || injectedBy(importer).has(token)
}

/** In one list of imports, it would be their order that decides. */
function refuseBoth(module: NestModule, own: ReadonlySet<NestModule>): void {
  const globalTokens = globalTokensImportedBy(module)
  if (globalTokens.size === 0) return
  for (const [token, registration] of byToken(own)) {
    if (!globalTokens.has(token)) continue
    const problem = `${nameOf(module)} imports both a global registration and its own`
    throw refusal(registration, token, `${problem}; give one registration another name, or import them in two modules`)
  }
}

/** A module's own registration goes before a global one, unless Nest comes upon the global one first. */
function refuseOverlooked(
  module: NestModule,
  own: ReadonlySet<NestModule>,
  globalTokens: ReadonlyMap<InjectionToken, NestModule>,
): void {
  for (const registration of own) {
    for (const token of registration.exports) {
      if (!globalTokens.has(token) || !isLookedFor(token, module) || module.providers.has(token)) continue
      const found = firstProvider(module, token)
      if (found === undefined || found === registration || !isRegistration(found)) continue
      throw refusal(registration, token, overlooked(registration, module))
    }
  }
}

/** To import its own one earlier helps in no module that is loaded lazily: from Nest 11.1.29 on, global ones come first there. */
function overlooked(registration: NestModule, importer: NestModule): string {
  const remedy = isOptionsRegistration(registration)
    ? 'remove its own from the imports and pass it as options of forFeature, or give one registration another name'
    : 'give one registration another token'
  const problem = `${nameOf(importer)} imports its own registration, but Nest finds the global one first`
  return `${problem}, as in a module that is loaded lazily; ${remedy}`
}

/** What is registered side by side does not see one another, but it does see what is global. */
function refuseBeside(module: NestModule, own: ReadonlySet<NestModule>): void {
  const ownByToken = byToken(own)
  for (const registration of importedRegistrations(module)) {
    const imported = byToken(ownRegistrations(registration))
    for (const token of injectedBy(registration)) {
      const beside = ownByToken.get(token)
      if (beside === undefined || beside === registration || imported.has(token)) continue
      const what = isOptionsRegistration(beside)
        ? 'client options that are not visible to it; pass the result of forRoot as its options: or in its imports:'
        : 'a client that is not visible to it; pass the result of forFeature in its imports:'
      const [main] = registration.exports
      throw refusal(registration, main, `${nameOf(module)} also registers ${what}`)
    }
  }
}

function byToken(registrations: Iterable<NestModule>): Map<InjectionToken, NestModule> {
  return new Map([...registrations].flatMap(one => [...one.exports].map(token => [token, one] as const)))
}

/** The module's name in a message; that of a registration is none that a reader would know. */
function nameOf(module: NestModule): string {
  return isRegistration(module) ? 'a registration' : module.name
}

function refusal(registration: NestModule, token: unknown, problem: string): Error {
  const cause = new Error(problem)
  return isOptionsRegistration(registration)
    ? new ClientOptionsRegistrationError(nameOfToken(token), cause)
    : new ClientRegistrationError(`register the client ${shownToken(token)}`, cause)
}
