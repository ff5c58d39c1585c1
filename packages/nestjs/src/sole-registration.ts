import type { Provider } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

import { ClientOptionsRegistrationError } from './registration-error.ts'
import { nameOfToken, uniqueToken } from './tokens.ts'

type NestModule = ModulesContainer extends Map<string, infer Module> ? Module : never

const REGISTRATION = 'ClientOptionsRegistration'
const modulesLookedAt = new WeakMap<ModulesContainer, number>()

/**
 * A provider that fails the start when one module, or the application, has two registrations of a name: Nest would take
 * the first and say nothing. A registration of a module's own in front of a global one is meant, so it is let through.
 */
export function soleRegistration(): Provider {
  return { provide: uniqueToken(REGISTRATION), inject: [ModulesContainer], useFactory: refuseRivals }
}

/** Every registration asks, and one look at all modules answers them all; there are more when one is loaded lazily. */
function refuseRivals(modules: ModulesContainer): void {
  if (modulesLookedAt.get(modules) === modules.size) return
  modulesLookedAt.set(modules, modules.size)
  const all = [...modules.values()]
  refuseTwice(
    all.filter(({ isGlobal }) => isGlobal),
    'they are registered globally twice',
  )
  for (const { imports, name } of all) {
    refuseTwice(
      [...imports].filter(({ isGlobal }) => !isGlobal),
      `${name} imports them twice`,
    )
  }
}

function refuseTwice(modules: readonly NestModule[], problem: string): void {
  const tokens = new Set<unknown>()
  for (const { exports, providers } of modules) {
    const isRegistration = [...providers.keys()].some(key => typeof key === 'string' && key.startsWith(REGISTRATION))
    if (!isRegistration) continue
    for (const token of exports) {
      if (tokens.has(token)) {
        const cause = new Error(`${problem}; give one registration another name`)
        throw new ClientOptionsRegistrationError(nameOfToken(token), cause)
      }
      tokens.add(token)
    }
  }
}
