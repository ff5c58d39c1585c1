/** What a program imports, and what is added to the options of its client. */
interface Client {
  readonly package: string
  readonly className: string
  readonly extra?: object
}

export const clients = {
  'Vision, gRPC': { package: '@google-cloud/vision', className: 'ImageAnnotatorClient' },
  'Vision, REST': { package: '@google-cloud/vision', className: 'ImageAnnotatorClient', extra: { fallback: true } },
  Storage: { package: '@google-cloud/storage', className: 'Storage' },
  PubSub: { package: '@google-cloud/pubsub', className: 'PubSub' },
} as const satisfies Record<string, Client>

export type ClientName = keyof typeof clients

export const credentialsNames = ['API key', 'service account', 'certificate'] as const

export type CredentialsName = (typeof credentialsNames)[number]

/** A program that imports a client and creates it, as its library's users do. */
export function bareProgram(name: ClientName): string {
  const { package: library, className, extra }: Client = clients[name]
  return `
    import { ${className} } from '${library}'
    new ${className}(${JSON.stringify({ projectId: 'benchmark', apiKey: 'K', ...extra })})
    process.exit()`
}

/** The same by `createClient`; the certificate is one that a function returns, when it is asked for it. */
export function optionsProgram(name: ClientName, credentials: CredentialsName, accountPath: string): string {
  const { package: library, className, extra }: Client = clients[name]
  const options = {
    'API key': `{ apiKey: 'K' }`,
    'service account': JSON.stringify({ credentialsFile: accountPath }),
    certificate: `{ apiKey: 'K', clientCertSource: () => ({ cert: '', key: '' }) }`,
  }[credentials]
  return `
    import { createClient } from '@client-options/core/google-cloud'
    import { ${className} } from '${library}'
    createClient(${className}, ${options}, ${JSON.stringify({ projectId: 'benchmark', ...extra })})
    process.exit()`
}
