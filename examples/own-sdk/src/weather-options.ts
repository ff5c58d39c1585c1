import { extendClientOptions, type ExtensionInput, type ExtensionOptions } from '@client-options/core'

/** The client options, and two of this client's own. */
export const weatherOptions = extendClientOptions({
  region: { kind: 'choice', values: ['north', 'south'] },
  pageSize: {
    kind: 'integer',
    check: size => (size >= 1 && size <= 100 ? undefined : 'must be from 1 to 100'),
  },
})

/** What a user passes: a mapping in camelCase or snake_case, or a `ClientOptions`. */
export type WeatherOptionsInput = ExtensionInput<typeof weatherOptions>

/** The same, checked and immutable. */
export type WeatherOptions = ExtensionOptions<typeof weatherOptions>
