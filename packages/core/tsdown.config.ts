import { defineConfig } from 'tsdown'

import { library } from '../../tsdown.base.ts'

const base = library([
  'src/index.ts',
  'src/node.ts',
  'src/cloud-sql-connector.ts',
  'src/env.ts',
  'src/fetch.ts',
  'src/firebase-admin.ts',
  'src/genai.ts',
  'src/google-auth.ts',
  'src/google-cloud.ts',
  'src/googleapis.ts',
  'src/grpc.ts',
  'src/https.ts',
])

export default defineConfig({
  ...base,
  outputOptions: {
    ...base.outputOptions,
    // Of what entries share, a chunk for a floor or a few: one for each set of entries would be ten files to open.
    codeSplitting: {
      minShareCount: 2,
      groups: [
        { name: 'options', test: /\/options\/[^/]+(?<!\.d)\.ts$/ },
        { name: 'settings', test: /\/settings\/[^/]+(?<!\.d)\.ts$/ },
        { name: 'sources', test: /\/sources\/[^/]+(?<!\.d)\.ts$/ },
        {
          name: 'credentials',
          test: /\/(?:files|certificates|credentials)\/[^/]+(?<!\.d)\.ts$|\/clients\/load-settings\.ts$/,
        },
        { name: 'transports', test: /\/(?:transports|clients)\/.*(?<!\.d)\.ts$/ },
      ],
    },
  },
})
