import { startGrpcServer } from '@client-options/loopback'
import type { Spanner } from '@google-cloud/spanner'

import { type ClientUnderTest, type Handle, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'
import { message } from './protobuf.ts'

const SERVICE = '/google.spanner.v1.Spanner'
const INSTANCE = 'projects/project/instances/instance'
const SESSION = `${INSTANCE}/databases/database/sessions/session`
const extra = { projectId: 'project' }

/** An answer of each method that is called. */
export const spannerMethods = {
  methods: {
    [`${SERVICE}/CreateSession`]: () => message([1, SESSION], [6, 1]),
    [`${SERVICE}/BatchCreateSessions`]: () => message([1, message([1, SESSION])], [1, message([1, SESSION])]),
    [`${SERVICE}/DeleteSession`]: () => message(),
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
  readonly run: (client: Spanner, gaxOptions: CallOptions) => Promise<void>
  readonly requestsPerCall: number
}

/** The call options of google-gax that are used here. */
interface CallOptions {
  readonly timeout: number
}

const operations: readonly Operation[] = [
  { name: 'query', run: query, requestsPerCall: 2 },
  { name: 'admin', run: listInstances, requestsPerCall: 1 },
]

/** In a session of its own, so that each query takes as many requests as another. */
async function query(client: Spanner, gaxOptions: CallOptions): Promise<void> {
  const [session] = await client.instance('instance').database('database', { min: 0 }).createSession({ gaxOptions })
  const [rows] = await session.snapshot().run({ sql: 'SELECT 1 AS one', json: true, gaxOptions })
  requireAnswer(JSON.stringify(rows) === '[{"one":1}]')
}

async function listInstances(client: Spanner, gaxOptions: CallOptions): Promise<void> {
  const [instances] = await client.getInstances({ gaxOptions })
  requireAnswer(instances[0]?.formattedName_ === INSTANCE)
}

function requireAnswer(isAnswer: boolean): void {
  if (!isAnswer) throw new Error('The answer is not the one that the server gave')
}

/** Each operation of Spanner as a client: of its inner client for data, and of one for administration. */
export function spannerOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return operations.map(({ name, run, requestsPerCall }) => {
    const drive = (client: Spanner): Handle => ({
      rotatable: client,
      request: (timeout = REQUEST_LIMIT) => run(client, { timeout }),
      // Not waited for: the promise of Spanner 7 is never settled.
      close: () => void client.close(),
    })
    return {
      name: `Spanner, ${name}`,
      transport: 'gRPC',
      hasLimit: true,
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
