import * as fc from 'fast-check'
/** Makes a hostile value. It is made in the test only, since fast-check looks at what it generates, and that may throw. */
export type Recipe<Value = unknown> = () => Value
/** Every spelling of every option. */
export declare const optionKeys: readonly string[]
/** What a getter, a trap or a source may throw: not only errors. */
export declare const thrown: fc.Arbitrary<Recipe>
/** A mapping with the names of options, any values, and any prototype. */
export declare const hostileMapping: fc.Arbitrary<Recipe<object>>
/** Any value that JavaScript has, and above all those that are made to harm who reads them. */
export declare const hostileValue: fc.Arbitrary<Recipe>
