import { startGrpcServer } from '@client-options/loopback'
import type { Spanner } from '@google-cloud/spanner'

import type { ClientUnderTest } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'
import { message } from './protobuf.ts'

const SERVICE = '/google.spanner.v1.Spanner'
const INSTANCE = 'projects/project/instances/instance'
const extra = { projectId: 'project' }

/** An answer of each method that is called. */
export const spannerMethods = {
  methods: {
    [`${SERVICE}/CreateSession`]: () => message([1, `${INSTANCE}/databases/database/sessions/session`], [6, 1]),
    '/google.spanner.admin.instance.v1.InstanceAdmin/ListInstances': () => message([1, message([1, INSTANCE])]),
    '/google.spanner.admin.database.v1.DatabaseAdmin/ListDatabases': () =>
      message([1, message([1, `${INSTANCE}/databases/database`])]),
  },
  serverStreams: { [`${SERVICE}/ExecuteStreamingSql`]: () => [partialResultSet()] },
}

/** One row with one column, `one`: an INT64 of 1. */
function partialResultSet(): Buffer {
  const metadata = message([1, message([1, message([1, 'one'], [2, message([1, 2])])])])
  return message([1, metadata], [2, message([3, '1'])])
}

interface Operation {
  readonly name: string
  readonly run: (client: Spanner) => Promise<unknown>
  readonly requestsPerCall?: number
}

const operations: readonly Operation[] = [
  { name: 'query', run: query, requestsPerCall: 2 },
  { name: 'admin', run: listInstances },
]

/** Every query has a session of its own, so that each takes as many requests as another. */
let databases = 0

export async function query(client: Spanner): Promise<void> {
  const database = client.instance('instance').database(`database-${databases++}`, { min: 0 })
  const [rows] = await database.run({ sql: 'SELECT 1 AS one', json: true })
  if (JSON.stringify(rows) !== '[{"one":1}]') throw new Error('The answer is not the one that the server gave')
}

export async function listInstances(client: Spanner): Promise<void> {
  const [instances] = await client.getInstances()
  if (instances[0]?.formattedName_ !== INSTANCE) throw new Error('The answer is not the one that the server gave')
}

/** Each operation of Spanner as a client: of its inner client for data, and of one for administration. */
export function spannerOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return operations.map(({ name, run, requestsPerCall = 1 }) => {
    const drive = (client: Spanner) => ({ rotatable: client, request: async () => void (await run(client)), close: () => client.close() })
    return {
      name: `Spanner, ${name}`,
      requestsPerCall,
      start: authority => startGrpcServer({ authority, requireClientCertificate: false, ...spannerMethods }),
      create(server, options) {
        const { createClient } = libraries['@client-options/core/google-cloud']
        const { Spanner } = libraries['@google-cloud/spanner']
        return drive(createClient(Spanner, { apiEndpoint: server.address, ...options }, extra))
      },
      createPlain({ host, port }, credentials) {
        const { Spanner } = libraries['@google-cloud/spanner']
        const options = { disableBuiltInMetrics: true, ...extra }
        return drive(new Spanner({ apiEndpoint: host, port, credentials, ...options }))
      },
    }
  })
}
