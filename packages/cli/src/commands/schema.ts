import { optionFileJsonSchema } from '@client-options/core/node'

import type { Command } from '../command-line/command.ts'

/** Prints what editors complete option files by. */
export const schema: Command = {
  name: 'schema',
  description: 'Print the JSON Schema of option files, for editors.',
  flags: {},
  run(_input, { print }) {
    print(JSON.stringify(optionFileJsonSchema, null, 2))
    return 0
  },
}
