import type { ClientUnderTest } from './client-under-test.ts'
import { speechStreaming, visionGrpc, visionRest } from './google-cloud-clients.ts'
import { googleAuth, plainFetch, plainGrpc, plainHttps } from './plain-clients.ts'

/** Every client that options are bridged to. */
export const clients: readonly ClientUnderTest[] = [
  visionGrpc,
  visionRest,
  speechStreaming,
  googleAuth,
  plainGrpc,
  plainFetch,
  plainHttps,
]
