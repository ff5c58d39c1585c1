import { defineConfig } from 'tsdown'

import { library } from '../../tsdown.base.ts'

export default defineConfig(
  library([
    'src/index.ts',
    'src/node.ts',
    'src/cloud-sql-connector.ts',
    'src/fetch.ts',
    'src/firebase-admin.ts',
    'src/genai.ts',
    'src/google-auth.ts',
    'src/google-cloud.ts',
    'src/googleapis.ts',
    'src/grpc.ts',
    'src/https.ts',
  ]),
)
