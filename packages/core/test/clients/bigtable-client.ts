import { startGrpcServer } from '@client-options/loopback'
import type { Bigtable } from '@google-cloud/bigtable'

import type { ClientUnderTest } from './client-under-test.ts'
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
  readonly run: (client: Bigtable) => Promise<unknown>
}

const operations: readonly Operation[] = [
  { name: 'read rows', run: readRows },
  { name: 'mutate rows', run: mutateRows },
  { name: 'admin', run: listTables },
]

function tableOf(client: Bigtable) {
  return client.instance('instance').table('table')
}

export async function readRows(client: Bigtable): Promise<void> {
  const [rows] = await tableOf(client).getRows()
  if (rows[0]?.data.family.column[0].value !== 'value') throw new Error('The answer is not the one that the server gave')
}

export async function mutateRows(client: Bigtable): Promise<void> {
  await tableOf(client).insert({ key: 'key', data: { family: { column: 'value' } } })
}

export async function listTables(client: Bigtable): Promise<void> {
  const [tables] = await client.instance('instance').getTables()
  if (tables[0]?.id !== 'table') throw new Error('The answer is not the one that the server gave')
}

export async function listInstances(client: Bigtable): Promise<void> {
  const [instances] = await client.getInstances()
  if (instances[0]?.id !== 'instance') throw new Error('The answer is not the one that the server gave')
}

/** Each operation of Bigtable as a client: of its inner client for data, and of one for administration. */
export function bigtableOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return operations.map(({ name, run }) => {
    const drive = (client: Bigtable) => ({
      rotatable: client,
      request: async () => void (await run(client)),
      close: () => client.close(),
    })
    return {
      name: `Bigtable, ${name}`,
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
