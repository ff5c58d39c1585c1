import type { Provider } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

import { ClientOptionsRegistrationError } from './registration-error.ts'
import { getClientOptionsToken, uniqueToken } from './tokens.ts'

/**
 * A provider that fails the start when one module, or the application, has two registrations of a name: Nest would take
 * the first and say nothing. A registration of a module's own in front of a global one is meant, so it is let through.
 */
export function soleRegistration(name: string | undefined): Provider {
  const id = uniqueToken('ClientOptionsRegistration')
  const token = getClientOptionsToken(name)
  const refuseRivals = (modules: ModulesContainer): void => {
    for (const { imports, name: importer } of modules.values()) {
      const own = [...imports].find(({ providers }) => providers.has(id))
      const alike = [...imports].filter(({ metatype, isGlobal, providers }) => {
        return metatype === own?.metatype && isGlobal === own.isGlobal && providers.has(token)
      })
      if (alike.length < 2) continue
      const problem = own?.isGlobal ? 'they are registered globally twice' : `${importer} imports them twice`
      throw new ClientOptionsRegistrationError(name, new Error(`${problem}; give one registration another name`))
    }
  }
  return { provide: id, inject: [ModulesContainer], useFactory: refuseRivals }
}
