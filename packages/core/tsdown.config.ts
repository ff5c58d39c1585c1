import { defineConfig } from 'tsdown'

import { library } from '../../tsdown.base.ts'

export default defineConfig(
  library([
    'src/index.ts',
    'src/node.ts',
    'src/clients/fetch.ts',
    'src/clients/google-auth.ts',
    'src/clients/google-cloud.ts',
    'src/clients/grpc.ts',
    'src/clients/https.ts',
  ]),
)
