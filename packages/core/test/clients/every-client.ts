import { cloudSqlConnector, driveOperations } from './apiary-clients.ts'
import { bigtableAdmin, bigtableMutateRows, bigtableReadRows } from './bigtable-client.ts'
import type { ClientUnderTest } from './client-under-test.ts'
import { datastoreOperations } from './datastore-client.ts'
import { firestoreOperations } from './firestore-client.ts'
import { speechStreaming, visionGrpc, visionRest } from './google-cloud-clients.ts'
import { bigQuery, dns, storageOperations, translate } from './hand-written-clients.ts'
import type { Libraries } from './libraries.ts'
import { loggingOperations } from './logging-client.ts'
import { googleAuth, plainFetch, plainGrpc, plainHttps } from './plain-clients.ts'
import { pubSubPublish, pubSubStreamingPull } from './pubsub-client.ts'
import { spannerAdmin, spannerQuery } from './spanner-client.ts'

/** Every client that options are bridged to, made with these libraries. */
export function everyClient(libraries: Libraries): readonly ClientUnderTest[] {
  return [
    visionGrpc(libraries),
    visionRest(libraries),
    speechStreaming(libraries),
    pubSubPublish(libraries),
    pubSubStreamingPull(libraries),
    spannerQuery(libraries),
    spannerAdmin(libraries),
    bigtableReadRows(libraries),
    bigtableMutateRows(libraries),
    bigtableAdmin(libraries),
    ...storageOperations(libraries),
    bigQuery(libraries),
    translate(libraries),
    dns(libraries),
    ...datastoreOperations(libraries),
    ...firestoreOperations(libraries),
    ...loggingOperations(libraries),
    ...driveOperations(libraries),
    cloudSqlConnector(libraries),
    googleAuth(libraries),
    plainGrpc(libraries),
    plainFetch(libraries),
    plainHttps(libraries),
  ]
}
