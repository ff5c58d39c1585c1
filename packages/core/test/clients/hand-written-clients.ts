import { type LoopbackServer, startBigQueryServer, startStorageServer } from '@client-options/loopback'
import type { BigQuery } from '@google-cloud/bigquery'
import type { Storage } from '@google-cloud/storage'

import type { ClientUnderTest, Handle } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'

/** Their own retries would make a failure last for a quarter of a minute. */
const extra = { projectId: 'project', retryOptions: { autoRetry: false } }

/** One of the operations of Storage, which it sends in different ways. */
interface Operation {
  readonly name: string
  readonly run: (client: Storage) => Promise<unknown>
  readonly requestsPerCall?: number
}

const operations: readonly Operation[] = [
  { name: 'listing', run: client => client.getBuckets() },
  { name: 'download', run: download },
  { name: 'simple upload', run: upload(false) },
  { name: 'resumable upload', run: upload(true), requestsPerCall: 2 },
]

function upload(resumable: boolean): Operation['run'] {
  return client => client.bucket('bucket').file('uploaded').save('content', { resumable, validation: false })
}

async function download(client: Storage): Promise<void> {
  const [content] = await client.bucket('bucket').file('stored').download({ validation: false })
  if (String(content) !== 'content') throw new Error('The answer is not the one that the server gave')
}

/** Each operation of Storage as a client. */
export function storageOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return operations.map(({ name, run, requestsPerCall = 1 }) => {
    const drive = (client: Storage): Handle => {
      return { rotatable: client, request: async () => void (await run(client)), close() {} }
    }
    return {
      name: `Storage, ${name}`,
      transport: 'HTTP',
      requestsPerCall,
      async start(authority): Promise<LoopbackServer> {
        const server = await startStorageServer({ authority, requireClientCertificate: false })
        server.objects.set('stored', Buffer.from('content'))
        return server
      },
      create(server, options) {
        const { createClient } = libraries['@client-options/core/google-cloud']
        const { Storage } = libraries['@google-cloud/storage']
        return drive(createClient(Storage, { apiEndpoint: server.address, ...options }, extra))
      },
      createPlain(server) {
        const { Storage } = libraries['@google-cloud/storage']
        return drive(new Storage({ apiEndpoint: server.url, ...extra }))
      },
    }
  })
}

/** Another client of that family. */
export function bigQuery(libraries: Libraries): ClientUnderTest {
  return {
    name: 'BigQuery',
    transport: 'HTTP',
    start: authority => startBigQueryServer({ authority, requireClientCertificate: false }),
    create(server, options) {
      const { createClient } = libraries['@client-options/core/google-cloud']
      const { BigQuery } = libraries['@google-cloud/bigquery']
      return driveBigQuery(createClient(BigQuery, { apiEndpoint: server.address, ...options }, extra))
    },
    createPlain(server) {
      const { BigQuery } = libraries['@google-cloud/bigquery']
      return driveBigQuery(new BigQuery({ apiEndpoint: server.url, ...extra }))
    },
  }
}

function driveBigQuery(client: BigQuery): Handle {
  return {
    rotatable: client,
    async request() {
      const [datasets] = await client.getDatasets()
      if (datasets[0]?.id !== 'dataset') throw new Error('The answer is not the one that the server gave')
    },
    close() {},
  }
}
