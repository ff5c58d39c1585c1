import { startGrpcServer } from '@client-options/loopback'
import type { Spanner } from '@google-cloud/spanner'

import { type ClientUnderTest, type Handle, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'
import { message } from './protobuf.ts'

const SERVICE = '/google.spanner.v1.Spanner'
const INSTANCE = 'projects/project/instances/instance'
const SESSION = `${INSTANCE}/databases/database/sessions/session`
/** Not tried again for half a minute, as a session is that a database creates by itself. */
const once = { timeout_millis: REQUEST_LIMIT, retry_codes_name: 'non_idempotent', retry_params_name: 'default' }
const methods = { CreateSession: once, BatchCreateSessions: once }
const extra = { projectId: 'project', clientConfig: { interfaces: { 'google.spanner.v1.Spanner': { methods } } } }

/** An answer of each method that is called. */
export const spannerMethods = {
  methods: {
    [`${SERVICE}/CreateSession`]: () => message([1, SESSION], [6, 1]),
    [`${SERVICE}/BatchCreateSessions`]: () => message([1, message([1, SESSION])]),
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

type Request = (libraries: Libraries, client: Spanner, timeout: number) => Promise<void>

/** A new object for the database creates a session, so that each query takes as many requests as another. */
const query: Request = async (libraries, client, timeout) => {
  const { Database } = libraries['@google-cloud/spanner']
  const database = new Database(client.instance('instance'), 'database', { min: 0, incStep: 1 })
  const [rows] = await database.run({ sql: 'SELECT 1 AS one', json: true, gaxOptions: { timeout } })
  requireAnswer(JSON.stringify(rows) === '[{"one":1}]')
}

const listInstances: Request = async (_libraries, client, timeout) => {
  const [instances] = await client.getInstances({ gaxOptions: { timeout } })
  requireAnswer(instances[0]?.formattedName_ === INSTANCE)
}

function requireAnswer(isAnswer: boolean): void {
  if (!isAnswer) throw new Error('The answer is not the one that the server gave')
}

function spanner(libraries: Libraries, request: Request) {
  const drive = (client: Spanner): Handle => ({
    rotatable: client,
    request: (limit = REQUEST_LIMIT) => request(libraries, client, limit),
    // Not waited for: the promise of Spanner 7 is never settled.
    close: () => void client.close(),
  })
  return {
    transport: 'gRPC',
    hasLimit: true,
    start: authority => startGrpcServer({ authority, requireClientCertificate: false, ...spannerMethods }),
    create(server, options) {
      const { createClient } = libraries['@client-options/core/google-cloud']
      const { Spanner } = libraries['@google-cloud/spanner']
      return drive(createClient(Spanner, { apiEndpoint: server.address, ...options }, extra))
    },
    createPlain({ host, port }, credentials) {
      const { Spanner } = libraries['@google-cloud/spanner']
      return drive(new Spanner({ apiEndpoint: host, port, credentials, disableBuiltInMetrics: true, ...extra }))
    },
  } satisfies Omit<ClientUnderTest, 'name'>
}

/** A class that is written by hand over generated clients: its inner client for data, in a session. */
export function spannerQuery(libraries: Libraries): ClientUnderTest {
  return { name: 'Spanner, query', requestsPerCall: 2, ...spanner(libraries, query) }
}

/** One of its inner clients for administration. */
export function spannerAdmin(libraries: Libraries): ClientUnderTest {
  return { name: 'Spanner, admin', ...spanner(libraries, listInstances) }
}
