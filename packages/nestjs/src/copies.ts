import { ClientOptions } from '@client-options/core'
import type { Type } from '@nestjs/common'

/**
 * The class `ClientOptions` of every other copy of core that is loaded in this process, as when a test runner or a bundler
 * loads both the ES module and the CommonJS build. A constructor may ask for the options by any of them.
 */
export function classesOfOtherCopies(): readonly Type<ClientOptions>[] {
  // None where the global object is frozen, or where core is a mock of a test's.
  const classes: readonly Type<ClientOptions>[] =
    Reflect.get(globalThis, Symbol.for('@client-options/core:classes')) ?? []
  return classes.filter(one => one !== ClientOptions)
}
