import type { ServiceIdentifier } from 'inversify'

/** What a factory can ask for: an identifier, or `{ serviceIdentifier, optional: true }` for what may not be bound. */
export type Dependency = ServiceIdentifier | { readonly serviceIdentifier: ServiceIdentifier; readonly optional: true }

/** An `inject` that has been inferred, and is refused unless it holds dependencies. */
export type Injected<Inject> = Inject & readonly Dependency[]

/** What an identifier stands for: a class its instance, a `ServiceIdentifier<T>` a `T`; a plain symbol does not say. */
export type Provided<Id> = [Instance<Id>] extends [never] ? unknown : Instance<Id>

/** The arguments that a factory gets for its `inject`: none for none. */
export type Arguments<Inject> = Inject extends readonly Dependency[]
  ? { -readonly [Index in keyof Inject]: Argument<Inject[Index]> }
  : []

// In a tuple, so that the union which `ServiceIdentifier<T>` is stays whole.
type Argument<Asked> = [Asked] extends [{ readonly serviceIdentifier: infer Id }]
  ? Provided<Id> | undefined
  : Provided<Asked>

/** Of the members of `ServiceIdentifier<T>` the classes alone say what T is. */
type Instance<Id> = Id extends abstract new (...args: never) => infer Value ? Value : never
