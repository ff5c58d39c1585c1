import { type NodeVersion, nodeVersions } from './node-versions.ts'

/** Libraries of Google's as they were released together, and what else an application has installed with them. */
export interface Generation {
  readonly name: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly overrides?: object
  /** The versions of Node that its libraries support. */
  readonly nodes: readonly NodeVersion[]
  /** Whose npm installs it; when left out, that of each version of Node, which then picks the libraries' versions too. */
  readonly installer?: NodeVersion
  /** The clients that refuse to be created, with the code of the error, since the generation leaves no place for options. */
  readonly refuses?: Readonly<Record<string, string>>
  /** The clients that run on it; all of them when left out. */
  readonly clients?: readonly string[]
}

/** npm picks a version that is not pinned as it would have on that day, so that every machine installs the same. */
export const INSTALLED_AS_OF = '2026-11-26'

const { newest20, oldest22, newest22, newest24, newest26 } = nodeVersions
const everyNode = Object.values(nodeVersions)

const four = {
  name: 'generation 4',
  dependencies: {
    '@google-cloud/bigquery': '7.9.4',
    '@google-cloud/bigtable': '5.1.2',
    '@google-cloud/spanner': '7.21.0',
    '@google-cloud/datastore': '9.2.1',
    '@google-cloud/firestore': '7.11.6',
    '@google-cloud/logging': '11.2.3',
    '@google-cloud/dns': '4.0.0',
    '@google-cloud/cloud-sql-connector': '1.8.0',
    '@google-cloud/pubsub': '4.11.0',
    '@google-cloud/speech': '6.7.1',
    '@google-cloud/storage': '7.16.0',
    '@google-cloud/translate': '8.5.1',
    '@google-cloud/vision': '4.3.3',
    '@googleapis/drive': '8.16.0',
    undici: '6.29.1',
  },
  nodes: everyNode,
  installer: newest20,
  // google-gax 4 sends REST by node-fetch, which leaves no place for an agent.
  refuses: { 'Firestore, REST': 'unsupported_option', 'Vision, REST': 'unsupported_option' },
} satisfies Generation

const five = {
  name: 'generation 5',
  dependencies: {
    '@google-cloud/bigquery': '8.3.1',
    '@google-cloud/bigtable': '6.5.1',
    '@google-cloud/spanner': '8.13.0',
    '@google-cloud/datastore': '10.1.1',
    '@google-cloud/firestore': '8.7.1',
    '@google-cloud/logging': '11.4.0',
    '@google-cloud/dns': '5.3.2',
    '@google-cloud/cloud-sql-connector': '1.11.0',
    '@google-cloud/pubsub': '5.3.1',
    '@google-cloud/speech': '7.5.0',
    '@google-cloud/storage': '7.22.0',
    '@google-cloud/translate': '9.4.2',
    '@google-cloud/vision': '5.3.7',
    '@googleapis/drive': '22.0.0',
    undici: '7.30.2',
  },
  nodes: everyNode,
  installer: newest20,
} satisfies Generation

const six = {
  name: 'generation 6',
  dependencies: {
    '@google-cloud/bigquery': '9.3.0',
    '@google-cloud/bigtable': '7.2.0',
    '@google-cloud/spanner': '9.0.0',
    '@google-cloud/datastore': '11.1.0',
    '@google-cloud/firestore': '9.4.1',
    '@google-cloud/logging': '12.1.0',
    '@google-cloud/dns': '5.3.2',
    '@google-cloud/cloud-sql-connector': '1.13.0',
    '@google-cloud/pubsub': '6.3.0',
    '@google-cloud/speech': '8.1.0',
    '@google-cloud/storage': '8.4.0',
    '@google-cloud/translate': '10.1.0',
    '@google-cloud/vision': '6.1.0',
    '@googleapis/drive': '26.0.1',
    undici: '7.30.2',
  },
  nodes: [oldest22, newest22, newest24, newest26],
  installer: newest24,
} satisfies Generation

/** With two copies of grpc-js: the clients have one of their own, and this package has what the application depends on. */
const twoCopies = { '@grpc/grpc-js': '1.14.7' }

export const generations = {
  four,
  fourOnOldGrpc: { ...four, name: 'generation 4 on grpc-js 1.10', overrides: { '@grpc/grpc-js': '1.10.11' } },
  five,
  fiveApart: {
    ...five,
    name: 'generation 5 with a grpc-js of its own',
    dependencies: { ...five.dependencies, ...twoCopies, 'google-auth-library': '10.9.1' },
    overrides: { 'google-gax': { '@grpc/grpc-js': '1.12.6' } },
  },
  six,
  sixApart: {
    ...six,
    name: 'generation 6 with a grpc-js of its own, undici 8',
    dependencies: { ...six.dependencies, ...twoCopies, 'google-auth-library': '11.3.4', undici: '8.13.1' },
    overrides: { 'google-gax': { '@grpc/grpc-js': '1.14.0' } },
    nodes: [newest22, newest24, newest26],
  },
  npmAlone: {
    name: 'npm alone',
    dependencies: { '@google-cloud/storage': '', '@google-cloud/vision': '' },
    nodes: everyNode,
    clients: [
      'Vision, gRPC',
      'Vision, REST',
      'Storage, listing',
      'Storage, download',
      'Storage, simple upload',
      'Storage, resumable upload',
      'https.Agent',
    ],
  },
} satisfies Record<string, Generation>
