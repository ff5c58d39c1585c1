import { type LoopbackServer, startBigQueryServer, startStorageServer } from '@client-options/loopback'
import { BigQuery } from '@google-cloud/bigquery'
import { Storage } from '@google-cloud/storage'

import { createClient } from '../../src/google-cloud.ts'
import type { ClientUnderTest } from './client-under-test.ts'

/** Their own retries would make a failure last for a quarter of a minute. */
const extra = { projectId: 'project', retryOptions: { autoRetry: false } }

function storage(name: string, operation: (client: Storage) => Promise<unknown>, requestsPerCall = 1): ClientUnderTest {
  return {
    name: `Storage, ${name}`,
    requestsPerCall,
    async start(authority): Promise<LoopbackServer> {
      const server = await startStorageServer({ authority, requireClientCertificate: false })
      server.objects.set('stored', Buffer.from('content'))
      return server
    },
    create(server, options) {
      const client = createClient(Storage, { apiEndpoint: server.address, ...options }, extra)
      return { rotatable: client, request: async () => void (await operation(client)), close() {} }
    },
  }
}

function upload(resumable: boolean): (client: Storage) => Promise<void> {
  return client => client.bucket('bucket').file('uploaded').save('content', { resumable, validation: false })
}

async function download(client: Storage): Promise<void> {
  const [content] = await client.bucket('bucket').file('stored').download({ validation: false })
  if (String(content) !== 'content') throw new Error('The answer is not the one that the server gave')
}

/** The operations of Storage, which it sends in different ways. */
export const storageOperations: readonly ClientUnderTest[] = [
  storage('listing', client => client.getBuckets()),
  storage('download', download),
  storage('simple upload', upload(false)),
  storage('resumable upload', upload(true), 2),
]

/** Another client of that family. */
export const bigQuery: ClientUnderTest = {
  name: 'BigQuery',
  start: authority => startBigQueryServer({ authority, requireClientCertificate: false }),
  create(server, options) {
    const client = createClient(BigQuery, { apiEndpoint: server.address, ...options }, extra)
    return {
      rotatable: client,
      async request() {
        const [datasets] = await client.getDatasets()
        if (datasets[0]?.id !== 'dataset') throw new Error('The answer is not the one that the server gave')
      },
      close() {},
    }
  },
}
