import type { BindingConstraints, Container, ServiceIdentifier } from 'inversify'

/** What a container has in common with what a module is loaded with. */
export type Bindings = Pick<Container, 'bind' | 'isBound'>

/** The tag that makes the bindings of an identifier add themselves to its value, a list. */
const roll = Symbol.for('@client-options/inversify:roll')

/** A binding that is to be the only one of its identifier in a container. */
export interface SoleBinding {
  /** Its constraint, for `when`; throws when something is resolved though there is another binding. */
  readonly isSole: (request: BindingConstraints) => boolean
  /** Whether a container has it, or, if that has no binding of the identifier at all, the nearest parent that has one. */
  readonly isBoundIn: (container: Bindings) => boolean
}

/**
 * Inversify reports "ambiguous bindings" when it plans a resolution, but calls the constraint of each binding first. And
 * `isBound` calls the constraints of the container's own bindings, one by one until one is satisfied: so a binding finds the
 * others. A binding that does not find itself has been unbound, which makes Inversify call its constraint a last time.
 * @param refuse Makes the error for a second binding.
 * @param companion Set when an alias, which takes no constraint, is bound to the identifier right after it, and so hides
 * what comes later: what else is bound in the same container, and only there.
 */
export function soleBinding(
  bindings: Bindings,
  id: ServiceIdentifier,
  refuse: () => Error,
  companion?: symbol,
): SoleBinding {
  const self: Entry = { isBoundWith: other => bindings.isBound(other) }
  const callRoll = (container: Bindings): (Entry | undefined)[] => {
    const present: (Entry | undefined)[] = []
    // Satisfied is a binding that did not add itself.
    if (container.isBound(id, { tag: { key: roll, value: present } })) present.push(undefined)
    return present
  }
  const isAnother = (present: readonly (Entry | undefined)[]): boolean => {
    if (companion === undefined) return present.length > 1 && present.includes(self)
    const [first] = present
    return first !== undefined && first !== self && first.isBoundWith(companion)
  }
  return {
    isSole: ({ tags }) => {
      const present = tags.get(roll)
      if (Array.isArray(present)) {
        present.push(self)
        return false
      }
      if (isAnother(callRoll(bindings))) throw refuse()
      return true
    },
    isBoundIn: container => callRoll(container).includes(self),
  }
}

/** A binding that is present. */
interface Entry {
  /** Whether it is in the same container as its companion, or in a child of that. */
  isBoundWith(companion: symbol): boolean
}
