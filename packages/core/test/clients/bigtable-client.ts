import { startGrpcServer } from '@client-options/loopback'
import type { Bigtable } from '@google-cloud/bigtable'

import { type ClientUnderTest, type Handle, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'
import { message } from './protobuf.ts'

const SERVICE = '/google.bigtable.v2.Bigtable'
const INSTANCE = 'projects/project/instances/instance'
const extra = { projectId: 'project' }

/** An answer of each method that is called. */
export const bigtableMethods = {
  methods: {
    '/google.bigtable.admin.v2.BigtableTableAdmin/ListTables': () =>
      message([1, message([1, `${INSTANCE}/tables/table`])]),
    '/google.bigtable.admin.v2.BigtableInstanceAdmin/ListInstances': () => message([1, message([1, INSTANCE])]),
  },
  serverStreams: {
    [`${SERVICE}/ReadRows`]: () => [readRowsResponse()],
    [`${SERVICE}/MutateRows`]: () => [message([1, message([2, message([1, 0])])])],
  },
}

/** One row with one cell. */
function readRowsResponse(): Buffer {
  const [family, qualifier] = [message([1, 'family']), message([1, 'column'])]
  return message([1, message([1, 'key'], [2, family], [3, qualifier], [4, 0], [6, 'value'], [9, 1])])
}

interface Operation {
  readonly name: string
  readonly run: (client: Bigtable, gaxOptions: CallOptions) => Promise<void>
}

/** The call options of google-gax that are used here. */
interface CallOptions {
  readonly timeout: number
}

const operations: readonly Operation[] = [
  { name: 'read rows', run: readRows },
  { name: 'mutate rows', run: mutateRows },
  { name: 'admin', run: listTables },
]

async function readRows(client: Bigtable, gaxOptions: CallOptions): Promise<void> {
  const [rows] = await client.instance('instance').table('table').getRows({ gaxOptions })
  requireAnswer(rows[0]?.data.family.column[0].value === 'value')
}

async function mutateRows(client: Bigtable, gaxOptions: CallOptions): Promise<void> {
  const entry = { key: 'key', method: 'insert', data: { family: { column: 'value' } } }
  await client.instance('instance').table('table').mutate(entry, { gaxOptions })
}

async function listTables(client: Bigtable, gaxOptions: CallOptions): Promise<void> {
  const [tables] = await client.instance('instance').getTables({ gaxOptions })
  requireAnswer(tables[0]?.id === 'table')
}

function requireAnswer(isAnswer: boolean): void {
  if (!isAnswer) throw new Error('The answer is not the one that the server gave')
}

/** Each operation of Bigtable as a client: of its inner client for data, and of one for administration. */
export function bigtableOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return operations.map(({ name, run }) => {
    const drive = (client: Bigtable): Handle => ({
      rotatable: client,
      request: (timeout = REQUEST_LIMIT) => run(client, { timeout }),
      close: () => client.close(),
    })
    return {
      name: `Bigtable, ${name}`,
      transport: 'gRPC',
      hasLimit: true,
      start: authority => startGrpcServer({ authority, requireClientCertificate: false, ...bigtableMethods }),
      create(server, options) {
        const { createClient } = libraries['@client-options/core/google-cloud']
        const { Bigtable } = libraries['@google-cloud/bigtable']
        return drive(createClient(Bigtable, { apiEndpoint: server.address, ...options }, extra))
      },
      createPlain(server, credentials) {
        const { Bigtable } = libraries['@google-cloud/bigtable']
        return drive(new Bigtable({ apiEndpoint: server.address, credentials, metricsEnabled: false, ...extra }))
      },
    }
  })
}
