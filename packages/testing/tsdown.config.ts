import { defineConfig } from 'tsdown'

import { library } from '../../tsdown.base.ts'

export default defineConfig(library(['src/index.ts', 'src/credentials.ts', 'src/grpc.ts']))
