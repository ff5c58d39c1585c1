import { randomUUID } from 'node:crypto'
import type { AgentOptions } from 'node:https'
import type { LookupFunction } from 'node:net'

import { type LoopbackServer, startFirebaseServer } from '@client-options/loopback'
import { type App, type AppOptions, deleteApp, initializeApp } from 'firebase-admin/app'
import { getAuth } from 'firebase-admin/auth'
import { getMessaging } from 'firebase-admin/messaging'

import { firebaseAdminOptions } from '../../src/firebase-admin.ts'
import { ClientOptions, type ClientOptionsInput } from '../../src/index.ts'
import type { ClientUnderTest, Handle } from './client-under-test.ts'

/** An operation of a service, which has a host of its own. */
interface Operation {
  readonly name: string
  readonly service: string
  readonly run: (app: App) => Promise<string>
}

const operations: readonly Operation[] = [
  {
    name: 'Firebase Messaging, send',
    service: 'fcm',
    run: app => getMessaging(app).send({ topic: 'topic', data: { key: 'value' } }),
  },
  {
    name: 'Firebase Auth, getUser',
    service: 'identitytoolkit',
    run: async app => (await getAuth(app).getUser('loopback')).uid,
  },
]

const lookup: LookupFunction = (_host, { all }, callback) =>
  all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)

/** Agent options by which every host is the loopback server, under the name that was asked for. */
export function leadTo({ port }: Pick<LoopbackServer, 'port'>): AgentOptions {
  return { lookup, port }
}

/** Credentials of the caller's own, for tests that set none. */
export const plainAuth = {
  universeDomain: 'googleapis.com',
  getRequestHeaders: async () => ({ authorization: 'Bearer plain' }),
}

/** The options of an app whose requests go to the loopback server. */
export function optionsFor(server: LoopbackServer, options: ClientOptionsInput) {
  const { credentials, credentialsFile, anonymous } = ClientOptions.from(options)
  const hasCredentials = credentials !== undefined || credentialsFile !== undefined || anonymous
  return firebaseAdminOptions(options, {
    projectId: 'project',
    agentOptions: leadTo(server),
    ...(!hasCredentials && { authClient: plainAuth }),
  })
}

const refused = ['apiEndpoint', 'apiKey', 'universeDomain', 'tracerProvider']

/** Each operation of firebase-admin as a client. */
export const firebaseClients: readonly ClientUnderTest[] = operations.map(({ name, service, run }) => {
  const drive = (options: AppOptions): Handle => {
    const app = initializeApp(options, randomUUID())
    return {
      rotatable: options,
      async request() {
        const answer = await run(app)
        if (!answer.endsWith('loopback')) throw new Error(`The answer is ${answer}`)
      },
      close: () => deleteApp(app),
    }
  }
  return {
    name,
    transport: 'HTTP',
    mtlsHost: `${service}.mtls.googleapis.com`,
    refuses: Object.fromEntries(refused.map(option => [option, 'unsupported_option'])),
    async start(authority) {
      const server = await startFirebaseServer({ authority, requireClientCertificate: false })
      const host = `${service}.googleapis.com`
      return Object.assign(server, { host, address: `${host}:${server.port}` })
    },
    create: (server, options) => drive(optionsFor(server, options)),
    createPlain: () => drive({ projectId: 'project' }),
  }
})
