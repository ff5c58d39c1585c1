import { type LoopbackHandler, startGrpcServer, startHttpsServer } from '@client-options/loopback'
import type { Firestore } from '@google-cloud/firestore'

import type { ClientUnderTest, Handle } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'
import { message } from './protobuf.ts'

const time = message([1, 1_790_000_000])
const name = 'projects/project/databases/(default)/documents/tasks/one'
const document = message([1, name], [2, message([1, 'state'], [2, message([17, 'done'])])], [3, time], [4, time])

/** What a server answers to each method of Firestore that is called here. */
export const firestoreMethods = {
  methods: {
    '/google.firestore.v1.Firestore/Commit': () => message([1, message([1, time])], [2, time]),
    '/google.firestore.v1.Firestore/BatchWrite': () => message([1, message([1, time])], [2, Buffer.alloc(0)]),
  },
  serverStreams: {
    '/google.firestore.v1.Firestore/BatchGetDocuments': () => [message([1, document], [4, time])],
    '/google.firestore.v1.Firestore/RunQuery': () => [message([1, document], [3, time])],
  },
  streams: {
    '/google.firestore.v1.Firestore/Listen': () => [
      // The target is added, has a document, is current, and nothing has changed since.
      message([2, message([1, 1], [2, 1])]),
      message([3, message([1, document], [5, 1])]),
      message([2, message([1, 3], [2, 1])]),
      message([2, message([6, time])]),
    ],
  },
}

const restDocument = {
  name,
  fields: { state: { stringValue: 'done' } },
  createTime: '2026-11-26T00:00:00Z',
  updateTime: '2026-11-26T00:00:00Z',
}

/** The same by REST. */
export const answerFirestoreRest: LoopbackHandler = () => ({
  body: [{ found: restDocument, readTime: '2026-11-26T00:00:00Z' }],
})

interface Operation {
  readonly name: string
  readonly preferRest?: true
  readonly isPatient?: true
  readonly goesOn?: true
  readonly run: (client: Firestore) => Promise<unknown>
}

const operations: readonly Operation[] = [
  { name: 'get', isPatient: true, run: get },
  { name: 'REST', preferRest: true, run: get },
  { name: 'set', isPatient: true, run: client => client.doc('tasks/one').set({ state: 'done' }) },
  { name: 'bulkWriter', goesOn: true, run: bulkWrite },
  { name: 'listen', goesOn: true, run: listen },
]

async function get(client: Firestore): Promise<void> {
  const snapshot = await client.doc('tasks/one').get()
  requireDone(snapshot.get('state'))
}

async function bulkWrite(client: Firestore): Promise<void> {
  const writer = client.bulkWriter()
  const written = writer.set(client.doc('tasks/one'), { state: 'done' })
  await Promise.all([written, writer.close()])
}

async function listen(client: Firestore): Promise<void> {
  let stop: (() => void) | undefined
  try {
    const state = await new Promise((resolve, reject) => {
      stop = client.doc('tasks/one').onSnapshot(snapshot => resolve(snapshot.get('state')), reject)
    })
    requireDone(state)
  } finally {
    stop?.()
  }
}

function requireDone(state: unknown): void {
  if (state !== 'done') throw new Error('The answer is not the one that the server gave')
}

/** Operations of Firestore, each as a client. */
export function firestoreOperations(libraries: Libraries): readonly ClientUnderTest[] {
  return operations.map(({ name: operation, preferRest, isPatient = false, goesOn = false, run }) => {
    const extra = { projectId: 'project', ...(preferRest && { preferRest }) }
    const drive = (client: Firestore): Handle => ({
      rotatable: client,
      request: async () => void (await run(client)),
      close: () => client.terminate(),
    })
    return {
      name: `Firestore, ${operation}`,
      transport: preferRest ? 'HTTP' : 'gRPC',
      isPatient,
      goesOn,
      start(authority) {
        const options = { authority, requireClientCertificate: false }
        return preferRest
          ? startHttpsServer({ ...options, handler: answerFirestoreRest })
          : startGrpcServer({ ...options, ...firestoreMethods })
      },
      create(server, options) {
        const { createClient } = libraries['@client-options/core/google-cloud']
        const { Firestore } = libraries['@google-cloud/firestore']
        return drive(createClient(Firestore, { apiEndpoint: server.address, ...options }, extra))
      },
      createPlain(server, credentials) {
        const { Firestore } = libraries['@google-cloud/firestore']
        return drive(new Firestore({ host: server.address, credentials, ...extra }))
      },
    }
  })
}
