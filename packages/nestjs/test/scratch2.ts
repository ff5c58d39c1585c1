import type { InjectionToken, Type, Abstract } from '@nestjs/common'
import { ClientOptions } from '@client-options/core'
type Dependency = InjectionToken | { readonly token: InjectionToken; readonly optional: boolean }
declare function token(name?: string): InjectionToken<ClientOptions>
declare function token2(name?: string): Type<ClientOptions> | string
declare function f<const I extends readonly Dependency[] = []>(d: { inject?: I }): I
declare function g<const I extends readonly unknown[] = []>(d: { inject?: I }): I
type D2 = InjectionToken<unknown> | { readonly token: InjectionToken<unknown>; readonly optional: boolean }
declare function h<const I extends readonly D2[] = []>(d: { inject?: I }): I
export const a: 1 = f({ inject: [token()] })
export const b: 1 = g({ inject: [token()] })
export const c: 1 = h({ inject: [token()] })
export const d: 1 = f({ inject: [token2()] })
