import type { InjectionToken, Type } from '@nestjs/common'
import { ClientOptions } from '@client-options/core'

type Instance<Token> = Token extends string | symbol ? never
  : Function extends Token ? never
  : Token extends abstract new (...args: never) => infer T ? T
  : Token extends { prototype: infer T } ? T : never
export type Provided<Token> = [Instance<Token>] extends [never] ? unknown : Instance<Token>
type Dependency = InjectionToken | { readonly token: InjectionToken; readonly optional: boolean }
type Argument<D> = D extends { readonly token: infer T; readonly optional: infer O } ? (O extends false ? Provided<T> : Provided<T> | undefined) : Provided<D>
type Arguments<I extends readonly Dependency[]> = { -readonly [K in keyof I]: Argument<I[K]> }

declare function token(name?: string): InjectionToken<ClientOptions>
class Config { url = '' }
class Client { constructor(readonly o: ClientOptions) {} ; close() {} ; ping() {} }
class Outer { constructor(readonly c: Client) {} ; shut() {} }
class Priv { private constructor() {} ; x = 1; static make() { return new Priv() } }

type A1 = Provided<InjectionToken<ClientOptions>>
const a1: A1 = null as unknown as ClientOptions
// @ts-expect-error
const a2: A1 = 1
declare function one<const I extends readonly Dependency[] = []>(d: { inject?: I; useFactory: (o: ClientOptions, ...deps: Arguments<I>) => unknown }): Arguments<I>
const r = one({ inject: [Config, token(), 'x', { token: Config, optional: true }, Priv, {token: token('a'), optional: false}], useFactory: (o, c, t, x, oc, p, q) => { return [c.url, t.apiKey, oc?.url, p.x, q.apiKey] } })
const rr: [Config, ClientOptions, unknown, Config | undefined, Priv, ClientOptions] = r
one({ useFactory: o => o.apiKey })
// @ts-expect-error
one({ useFactory: (o, x) => x })

interface Reg<T extends InjectionToken, I extends readonly Dependency[], C extends Provided<T>> {
  provide: T
  inject?: I
  useFactory: (o: ClientOptions, ...deps: Arguments<I>) => C | Promise<C>
  close?: ((client: C) => unknown) | false
}
declare function single<T extends InjectionToken, C extends Provided<T>, const I extends readonly Dependency[] = []>(d: Reg<T, I, C>): C
const s1 = single({ provide: Client, useFactory: o => new Client(o), close: c => c.ping() })
const s2 = single({ provide: 'x', inject: [Config], useFactory: (o, c) => new Client(o), close: c => c.ping() })
const s3 = single({ provide: 'x', inject: [Config], useFactory: async (o, c) => new Client(o), close: c => c.ping() })
// @ts-expect-error
single({ provide: Client, inject: [Config], useFactory: (o, c) => c })
// @ts-expect-error
single({ provide: Client, useFactory: async (o) => 1 })

type Pairs = readonly (readonly Dependency[])[]
declare function many<const Is extends Pairs>(ds: readonly [...{ [K in keyof Is]: { provide: InjectionToken; inject?: Is[K]; useFactory: (o: ClientOptions, ...deps: Arguments<Is[K]>) => unknown } }]): Is
const m = many([
  { provide: Client, useFactory: o => new Client(o) },
  { provide: Outer, inject: [Client], useFactory: (o, c) => new Outer(c) },
])
declare function vari<
  T1 extends InjectionToken, C1 extends Provided<T1>, const I1 extends readonly Dependency[] = []
>(a: Reg<T1, I1, C1>): void
