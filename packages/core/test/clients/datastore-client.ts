import { startGrpcServer } from '@client-options/loopback'
import type { Datastore } from '@google-cloud/datastore'

import { type ClientUnderTest, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'
import { message } from './protobuf.ts'

const extra = { projectId: 'project' }

const key = message([1, message([2, 'project'])], [2, message([1, 'Task'], [3, 'one'])])
const entity = message([1, key], [3, message([1, 'state'], [2, message([17, 'done'])])])
const found = message([1, entity])

/** What a server answers to each method of Datastore that is called here. */
export const datastoreMethods = {
  '/google.datastore.v1.Datastore/Lookup': () => message([1, found]),
  '/google.datastore.v1.Datastore/RunQuery': () => message([1, message([1, 1], [2, found], [5, 3])]),
  '/google.datastore.v1.Datastore/Commit': () => message([3, message([5, 1])]),
  '/google.datastore.admin.v1.DatastoreAdmin/ListIndexes': () => Buffer.alloc(0),
}

interface Operation {
  readonly name: string
  readonly run: (client: Datastore, timeout: number) => Promise<unknown>
}

const operations: readonly Operation[] = [
  { name: 'get', run: (client, timeout) => client.get(client.key(['Task', 'one']), { gaxOptions: { timeout } }) },
  { name: 'query', run: (client, timeout) => client.runQuery(client.createQuery('Task'), { gaxOptions: { timeout } }) },
]

/** Operations of Datastore, each as a client. */
export function datastoreOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return operations.map(({ name, run }) => {
    const drive = (client: Datastore) => ({
      rotatable: client,
      async request(limit = REQUEST_LIMIT) {
        const answer = await run(client, limit)
        if (!JSON.stringify(answer).includes('"done"'))
          throw new Error('The answer is not the one that the server gave')
      },
      async close() {
        for (const innerClient of client.clients_.values()) await Promise.resolve(innerClient.close())
      },
    })
    return {
      name: `Datastore, ${name}`,
      transport: 'gRPC',
      hasLimit: true,
      start: authority => startGrpcServer({ authority, requireClientCertificate: false, methods: datastoreMethods }),
      create(server, options) {
        const { createClient } = libraries['@client-options/core/google-cloud']
        const { Datastore } = libraries['@google-cloud/datastore']
        return drive(createClient(Datastore, { apiEndpoint: server.address, ...options }, extra))
      },
      createPlain({ host, port }, credentials) {
        const { Datastore } = libraries['@google-cloud/datastore']
        // With an apiEndpoint, it would take this machine for an emulator.
        const place = { servicePath: host, port }
        return drive(new Datastore({ ...place, credentials, ...extra }))
      },
    }
  })
}
