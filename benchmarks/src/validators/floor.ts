import { type Given, type Implementation, withSchema } from './implementation.ts'
import type { Rules, TextRule } from './rules.ts'

/** A frozen literal of the same fields, with nothing checked: no implementation can be faster. */
export const floor: Implementation = withSchema('floor: a frozen literal', {
  parse: asGiven,
  safeParse: input => ({ value: asGiven(input) }),
})

/** The same, and each value that is given held against its rule; neither types nor keys are checked. */
export function floorWithRules(rules: Rules): Implementation {
  // Written out, as a generator of code would, since a loop over the names reads them slower.
  function areRight(given: Given): boolean {
    return (
      isRight(given.apiEndpoint, rules.apiEndpoint) &&
      isRight(given.quotaProjectId, rules.quotaProjectId) &&
      isRight(given.credentialsFile, rules.credentialsFile) &&
      isRight(given.apiKey, rules.apiKey) &&
      isRight(given.apiAudience, rules.apiAudience) &&
      isRight(given.universeDomain, rules.universeDomain) &&
      (given.scopes ?? []).every(rules.scope) &&
      rules.areCompatible(given)
    )
  }
  return withSchema('floor and the rules', {
    parse(input) {
      const given = asGiven(input)
      if (areRight(given)) return given
      throw new TypeError('Invalid client options')
    },
    safeParse(input) {
      const given = asGiven(input)
      return areRight(given) ? { value: given } : { issues: [] }
    },
  })
}

function isRight(text: string | null | undefined, rule: TextRule): boolean {
  return text === undefined || text === null || rule(text)
}

function asGiven(input: unknown): Given {
  return Object(input)
}
