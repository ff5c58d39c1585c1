import type { ClientUnderTest } from './client-under-test.ts'
import { speechStreaming, visionGrpc, visionRest } from './google-cloud-clients.ts'
import { bigQuery, storageOperations } from './hand-written-clients.ts'
import type { Libraries } from './libraries.ts'
import { googleAuth, plainFetch, plainGrpc, plainHttps } from './plain-clients.ts'
import { pubSubPublish, pubSubStreamingPull } from './pubsub-client.ts'

/** Every client that options are bridged to, made with these libraries. */
export function everyClient(libraries: Libraries): readonly ClientUnderTest[] {
  return [
    visionGrpc(libraries),
    visionRest(libraries),
    speechStreaming(libraries),
    pubSubPublish(libraries),
    pubSubStreamingPull(libraries),
    ...storageOperations(libraries),
    bigQuery(libraries),
    googleAuth(libraries),
    plainGrpc(libraries),
    plainFetch(libraries),
    plainHttps(libraries),
  ]
}
