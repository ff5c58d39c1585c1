import { startGrpcServer } from '@client-options/loopback'
import type { Logging } from '@google-cloud/logging'

import { type ClientUnderTest, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'
import { message } from './protobuf.ts'

const extra = { projectId: 'project' }

const entry = message([12, 'projects/project/logs/log'], [3, 'written'])

/** What a server answers to each method of Logging that is called here. */
export const loggingMethods = {
  '/google.logging.v2.LoggingServiceV2/WriteLogEntries': () => Buffer.alloc(0),
  '/google.logging.v2.LoggingServiceV2/ListLogEntries': () => message([1, entry]),
  '/google.logging.v2.MetricsServiceV2/ListLogMetrics': () => Buffer.alloc(0),
  '/google.logging.v2.ConfigServiceV2/ListSinks': () => message([1, message([1, 'sink'])]),
}

interface Operation {
  readonly name: string
  readonly run: (client: Logging, timeout: number) => Promise<unknown>
}

const operations: readonly Operation[] = [
  { name: 'write', run: write },
  { name: 'getEntries', run: getEntries },
]

async function write(client: Logging, timeout: number): Promise<void> {
  const log = client.log('log')
  // Without a resource, it asks the metadata server what it runs on.
  await log.write(log.entry('written'), { resource: { type: 'global' }, gaxOptions: { timeout } })
}

async function getEntries(client: Logging, timeout: number): Promise<void> {
  const [entries] = await client.getEntries({ gaxOptions: { timeout }, autoPaginate: false })
  if (entries[0]?.data !== 'written') throw new Error('The answer is not the one that the server gave')
}

/** Operations of Logging, each as a client. */
export function loggingOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return operations.map(({ name, run }) => {
    const drive = (client: Logging) => ({
      rotatable: client,
      request: async (limit = REQUEST_LIMIT) => void (await run(client, limit)),
      close: () => Promise.all([client.loggingService.close(), client.configService.close()]),
    })
    return {
      name: `Logging, ${name}`,
      transport: 'gRPC',
      hasLimit: true,
      start: authority => startGrpcServer({ authority, requireClientCertificate: false, methods: loggingMethods }),
      create(server, options) {
        const { createClient } = libraries['@client-options/core/google-cloud']
        const { Logging } = libraries['@google-cloud/logging']
        return drive(createClient(Logging, { apiEndpoint: server.address, ...options }, extra))
      },
      createPlain({ host, port }, credentials) {
        const { Logging } = libraries['@google-cloud/logging']
        return drive(new Logging({ apiEndpoint: host, port, credentials, ...extra }))
      },
    }
  })
}
