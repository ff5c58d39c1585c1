import type { ClientUnderTest } from './client-under-test.ts'
import { speechStreaming, visionGrpc, visionRest } from './google-cloud-clients.ts'
import { bigQuery, storageOperations } from './hand-written-clients.ts'
import { googleAuth, plainFetch, plainGrpc, plainHttps } from './plain-clients.ts'

/** Every client that options are bridged to. */
export const clients: readonly ClientUnderTest[] = [
  visionGrpc,
  visionRest,
  speechStreaming,
  ...storageOperations,
  bigQuery,
  googleAuth,
  plainGrpc,
  plainFetch,
  plainHttps,
]
