import type { InjectionToken } from '@nestjs/common'

/** What a factory can ask for: a token, or `{ token, optional: true }` for what may be missing. */
export type Dependency = InjectionToken | { readonly token: InjectionToken; readonly optional: boolean }

/** An `inject` that has been inferred, and is refused unless it holds dependencies. */
export type Injected<Inject> = Inject & readonly Dependency[]

/** What a token stands for: a class its instance, an `InjectionToken<T>` a `T`; a plain text or symbol does not say. */
export type Provided<Token> = [Instance<Token>] extends [never] ? unknown : Instance<Token>

/** The arguments that a factory gets for its `inject`: none for none. */
export type Arguments<Inject> = Inject extends readonly Dependency[]
  ? { -readonly [Index in keyof Inject]: Argument<Inject[Index]> }
  : []

// In a tuple, so that the union which `InjectionToken<T>` is stays whole.
type Argument<Asked> = [Asked] extends [{ readonly token: infer Token; readonly optional: infer Optional }]
  ? Provided<Token> | (Optional extends false ? never : undefined)
  : Provided<Asked>

/** Of the members of `InjectionToken<T>` the classes alone say what T is. */
type Instance<Token> = Token extends abstract new (...args: never) => infer Value
  ? Known<Value>
  : Token extends { readonly prototype: infer Value }
    ? Known<Value>
    : never

type Known<Value> = 0 extends 1 & Value ? never : Value
