import { Readable } from 'node:stream'

import { startDriveServer, startSqlAdminServer } from '@client-options/loopback'
import type { Connector } from '@google-cloud/cloud-sql-connector'
import type { drive_v3, MethodOptions } from '@googleapis/drive'

import { type ClientUnderTest, type Handle, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'

type Drive = drive_v3.Drive

type Operation = (client: Drive, options: MethodOptions) => Promise<void>

const operations: Readonly<Record<string, Operation>> = {
  'Drive, list': async (client, options) => {
    const { data } = await client.files.list({}, options)
    if (data.files?.[0]?.id !== 'file') throw new Error('The answer is not the one that the server gave')
  },
  // Goes to another host than the others, which `rootUrl` does not change.
  'Drive, media upload': async (client, options) => {
    const media = { mimeType: 'text/plain', body: Readable.from(['some ', 'content']) }
    const { data } = await client.files.create({ requestBody: { name: 'file' }, media }, options)
    if (data.size !== '12') throw new Error('The content is not the one that was sent')
  },
}

/** Each operation of Drive, a client of googleapis, as a client. */
export function driveOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return Object.entries(operations).map(([name, run]) => ({
    name,
    transport: 'HTTP',
    start: authority => startDriveServer({ authority, requireClientCertificate: false }),
    create(server, options) {
      const { googleapisOptions } = libraries['@client-options/core/googleapis']
      const scopes = ['https://www.googleapis.com/auth/drive']
      const google = googleapisOptions({ apiEndpoint: server.address, ...options }, { scopes })
      const client = libraries['@googleapis/drive'].drive({ version: 'v3', ...google })
      return driveDrive(client, run, {}, google)
    },
    createPlain(server) {
      const auth = new libraries['google-auth-library'].OAuth2Client()
      auth.setCredentials({ access_token: 'plain' })
      const { url: rootUrl } = server
      return driveDrive(libraries['@googleapis/drive'].drive({ version: 'v3', auth }), run, { rootUrl })
    },
  }))
}

function driveDrive(client: Drive, run: Operation, options: MethodOptions, rotatable: object = client): Handle {
  return { rotatable, request: (timeout = REQUEST_LIMIT) => run(client, { ...options, timeout }), close() {} }
}

/** The part of the connector that asks the Admin API; what comes after it makes a pair of RSA keys each time. */
interface AdminFetcher {
  getInstanceMetadata(instance: { projectId: string; regionId: string; instanceId: string }): Promise<object>
}

/** The connector to Cloud SQL, as far as it asks the Admin API. */
export function cloudSqlConnector(libraries: Libraries): ClientUnderTest {
  return {
    name: 'Cloud SQL connector',
    transport: 'HTTP',
    start: authority => startSqlAdminServer({ authority, requireClientCertificate: false }),
    create(server, options) {
      const { cloudSqlConnectorOptions } = libraries['@client-options/core/cloud-sql-connector']
      const { Connector } = libraries['@google-cloud/cloud-sql-connector']
      const passed = cloudSqlConnectorOptions({ apiEndpoint: server.address, ...options })
      return driveConnector(new Connector(passed), passed)
    },
    createPlain(server) {
      const auth = new libraries['google-auth-library'].OAuth2Client()
      auth.setCredentials({ access_token: 'plain' })
      const { Connector } = libraries['@google-cloud/cloud-sql-connector']
      // Named, since the library takes an empty environment variable for a universe domain.
      return driveConnector(new Connector({ auth, sqlAdminAPIEndpoint: server.url, universeDomain: 'googleapis.com' }))
    },
  }
}

function driveConnector(connector: Connector, rotatable: object = connector): Handle {
  const fetcher: AdminFetcher = Reflect.get(connector, 'sqlAdminFetcher')
  return {
    rotatable,
    async request() {
      const metadata = await fetcher.getInstanceMetadata({ projectId: 'p', regionId: 'region', instanceId: 'i' })
      if (!JSON.stringify(metadata).includes('127.0.0.1')) throw new Error('The answer is not the one that was given')
    },
    close: () => connector.close(),
  }
}
