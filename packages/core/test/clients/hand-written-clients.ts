import {
  type LoopbackServer,
  startBigQueryServer,
  startDnsServer,
  startStorageServer,
  startTranslateServer,
} from '@client-options/loopback'
import type { BigQuery } from '@google-cloud/bigquery'
import type { DNS } from '@google-cloud/dns'
import type { Storage } from '@google-cloud/storage'
import type { v2 } from '@google-cloud/translate'

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

/** The same for classes that have no other options for retries. */
const extraOfCommon = { projectId: 'project', autoRetry: false }

/** With a token, since they would exchange a service account's for one of Google's. */
function plainOptions(libraries: Libraries, apiEndpoint: string): object {
  const { OAuth2Client } = libraries['google-auth-library']
  const authClient = new OAuth2Client()
  authClient.setCredentials({ access_token: 'token', expiry_date: Date.now() + 3_600_000 })
  return { apiEndpoint, authClient, ...extraOfCommon }
}

/** The second version of the Translation API; the third has a generated client. */
export function translate(libraries: Libraries): ClientUnderTest {
  return {
    name: 'Translate',
    transport: 'HTTP',
    requestsPerCall: 2,
    start: authority => startTranslateServer({ authority, requireClientCertificate: false }),
    create(server, options) {
      const { createClient } = libraries['@client-options/core/google-cloud']
      const { Translate } = libraries['@google-cloud/translate'].v2
      return driveTranslate(createClient(Translate, { apiEndpoint: server.address, ...options }, extraOfCommon))
    },
    createPlain({ address }) {
      const { Translate } = libraries['@google-cloud/translate'].v2
      return driveTranslate(new Translate(plainOptions(libraries, address)))
    },
  }
}

function driveTranslate(client: v2.Translate): Handle {
  return {
    rotatable: client,
    async request() {
      const [translation] = await client.translate('live', 'en')
      const [{ language }] = await client.detect('text')
      if (translation !== 'LIVE' || language !== 'en') throw new Error('The answer is not the one that the server gave')
    },
    close() {},
  }
}

/** A client that looks for its project in every path. */
export function dns(libraries: Libraries): ClientUnderTest {
  return {
    name: 'DNS',
    transport: 'HTTP',
    requestsPerCall: 2,
    start: authority => startDnsServer({ authority, requireClientCertificate: false }),
    create(server, options) {
      const { createClient } = libraries['@client-options/core/google-cloud']
      const { DNS } = libraries['@google-cloud/dns']
      return driveDns(createClient(DNS, { apiEndpoint: server.address, ...options }, extraOfCommon))
    },
    createPlain({ address }) {
      const { DNS } = libraries['@google-cloud/dns']
      return driveDns(new DNS(plainOptions(libraries, address)))
    },
  }
}

function driveDns(client: DNS): Handle {
  return {
    rotatable: client,
    async request() {
      const [zones] = await client.getZones()
      const zone = zones[0] ?? client.zone('none')
      const added = zone.record('a', { name: 'b.example.', ttl: 60, data: '192.0.2.2' })
      const [{ id }] = await zone.createChange({ add: added })
      if (zone.name !== 'zone-one' || id !== 'change') throw new Error('The answer is not the one that the server gave')
    },
    close() {},
  }
}
