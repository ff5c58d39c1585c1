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

type Request = (client: Bigtable, gaxOptions: { timeout: number }) => Promise<void>

const readRows: Request = async (client, gaxOptions) => {
  const [rows] = await client.instance('instance').table('table').getRows({ gaxOptions })
  requireAnswer(rows[0]?.data.family.column[0].value === 'value')
}

const mutateRows: Request = async (client, gaxOptions) => {
  const entry = { key: 'key', method: 'insert', data: { family: { column: 'value' } } }
  await client.instance('instance').table('table').mutate(entry, { gaxOptions })
}

const listTables: Request = async (client, gaxOptions) => {
  const [tables] = await client.instance('instance').getTables({ gaxOptions })
  requireAnswer(tables[0]?.id === 'table')
}

function requireAnswer(isAnswer: boolean): void {
  if (!isAnswer) throw new Error('The answer is not the one that the server gave')
}

function bigtable(libraries: Libraries, request: Request) {
  const drive = (client: Bigtable): Handle => ({
    rotatable: client,
    request: (timeout = REQUEST_LIMIT) => request(client, { timeout }),
    close: () => client.close(),
  })
  return {
    transport: 'gRPC',
    hasLimit: true,
    start: authority => startGrpcServer({ authority, requireClientCertificate: false, ...bigtableMethods }),
    create(server, options) {
      const { createClient } = libraries['@client-options/core/google-cloud']
      const { Bigtable } = libraries['@google-cloud/bigtable']
      return drive(createClient(Bigtable, { apiEndpoint: server.address, ...options }, extra))
    },
    createPlain({ host, port }, credentials) {
      const { Bigtable } = libraries['@google-cloud/bigtable']
      const options = { servicePath: host, port, credentials, metricsEnabled: false, ...extra }
      return drive(new Bigtable(options))
    },
  } satisfies Omit<ClientUnderTest, 'name'>
}

/** A class that is written by hand over generated clients, of which each has a host of its own: a stream of the server's. */
export function bigtableReadRows(libraries: Libraries): ClientUnderTest {
  return { name: 'Bigtable, read rows', ...bigtable(libraries, readRows) }
}

/** The same inner client. */
export function bigtableMutateRows(libraries: Libraries): ClientUnderTest {
  return { name: 'Bigtable, mutate rows', ...bigtable(libraries, mutateRows) }
}

/** One of its inner clients for administration. */
export function bigtableAdmin(libraries: Libraries): ClientUnderTest {
  return { name: 'Bigtable, admin', ...bigtable(libraries, listTables) }
}
