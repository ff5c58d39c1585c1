/**
 * Marks every `ClientOptions`, also one made by a second installed copy of this package, where `instanceof` fails.
 * It is an own enumerable property on purpose: `{ ...options }` copies it, so that such a copy, which has lost
 * the API key, is refused as a mapping instead of losing the key in silence.
 */
export const clientOptionsBrand: unique symbol = Symbol.for('@client-options/core:ClientOptions')
