import type { ClientOptions } from '../options/client-options.ts'
import { type Environment } from '../options/environment.ts'
import { originOf } from '../options/provenance.ts'
import type { ClientCertSource, ClientEncryptedCertSource } from '../options/types.ts'
import { readWord } from './environment.ts'
import type { Notice } from './notices.ts'
import type { Origin, Resolved } from './origin.ts'

/** Where the client certificate comes from; it is loaded when a client first connects. */
export type ClientCertificate =
  | { readonly encrypted: false; readonly source: ClientCertSource }
  | { readonly encrypted: true; readonly source: ClientEncryptedCertSource }

/** The decision whether a client certificate is used, and which. */
export interface ClientCertificateDecision {
  readonly certificate: Resolved<ClientCertificate> | undefined
  readonly notice: Notice | undefined
}

const nothing: ClientCertificateDecision = { certificate: undefined, notice: undefined }

const USE_CLIENT_CERTIFICATE = 'GOOGLE_API_USE_CLIENT_CERTIFICATE'
const USE_CLIENT_CERTIFICATE_OF_GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE'

/** What the environment says of the certificate that this machine provides: to use it, not to, or nothing. */
export function useOfMachineCertificate(environment: Environment): 'true' | 'false' | undefined {
  return readUse(environment, USE_CLIENT_CERTIFICATE) ?? readUse(environment, USE_CLIENT_CERTIFICATE_OF_GCLOUD)
}

/**
 * AIP-4114, with one difference: a source in the options is used unless the environment says `false`,
 * whereas Python ignores it unless the environment says `true`.
 */
export function decideClientCertificate(
  options: ClientOptions,
  environment: Environment,
  discovered: ClientCertSource | undefined,
  discoveredIn: Origin = 'default',
): ClientCertificateDecision {
  const use = readUse(environment, USE_CLIENT_CERTIFICATE)
  const useDiscovered = useOfMachineCertificate(environment)
  const explicit = explicitCertificate(options)

  if (explicit !== undefined && use === 'false') return { ...nothing, notice: disabled(explicit) }
  if (explicit !== undefined) {
    const option = explicit.encrypted ? 'clientEncryptedCertSource' : 'clientCertSource'
    return { ...nothing, certificate: { value: explicit, origin: originOf(options, option) } }
  }
  // Without credentials, none of the machine's certificates is looked for.
  if (useDiscovered === 'false' || options.anonymous) return nothing
  if (discovered !== undefined) {
    return { ...nothing, certificate: { value: { encrypted: false, source: discovered }, origin: discoveredIn } }
  }
  return useDiscovered === 'true' ? { ...nothing, notice: notFound(use === undefined) } : nothing
}

function readUse(environment: Environment, name: string): 'true' | 'false' | undefined {
  return readWord(environment, name, ['true', 'false'])
}

function explicitCertificate(options: ClientOptions): ClientCertificate | undefined {
  if (options.clientCertSource !== undefined) return { encrypted: false, source: options.clientCertSource }
  if (options.clientEncryptedCertSource === undefined) return undefined
  return { encrypted: true, source: options.clientEncryptedCertSource }
}

function disabled({ encrypted }: ClientCertificate): Notice {
  return {
    code: 'client_certificate_disabled',
    option: encrypted ? 'clientEncryptedCertSource' : 'clientCertSource',
    message: `The certificate source is not used, since the environment has ${USE_CLIENT_CERTIFICATE}=false`,
  }
}

function notFound(askedByGcloud: boolean): Notice {
  const name = askedByGcloud ? USE_CLIENT_CERTIFICATE_OF_GCLOUD : USE_CLIENT_CERTIFICATE
  return {
    code: 'no_client_certificate',
    option: 'clientCertSource',
    message: `The environment has ${name}=true, but no client certificate was found; give a clientCertSource`,
  }
}
