import { ClientOptions, type ClientOptionsInput } from '@client-options/core'

import type { Implementation } from './implementation.ts'

// oxlint-disable typescript/no-unsafe-type-assertion -- what is wrong with an input is told at run time
export const clientOptions: Implementation = {
  name: 'ClientOptions',
  construct: input => new ClientOptions(input as ClientOptionsInput),
  fromMapping: input => ClientOptions.from(input as ClientOptionsInput),
  safeParse: input => ClientOptions.safeParse(input),
  isSuccess: result => 'options' in result,
}
