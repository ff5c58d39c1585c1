import { existsSync } from 'node:fs'

import { shownPath } from '../files/shown-path.ts'
import type { Environment } from '../options/environment.ts'
import { ownProperties } from '../options/safe-get.ts'
import { useOfMachineCertificate } from '../settings/client-certificate.ts'
import type { Notice } from '../settings/notices.ts'
import type { DiscoveredCertificate } from './discovered-certificate.ts'
import { ClientCertificateError } from './errors.ts'
import { isWithin } from './late-files.ts'
import { readSecureConnect } from './secure-connect.ts'
import {
  readWorkloadConfig,
  readWorkloadFiles,
  workloadCertificate,
  type WorkloadConfigPlace,
  workloadConfigPlace,
} from './workload-config.ts'
import { awaitWorkloadDirectory, findGkeBundle, WORKLOAD_DIRECTORY } from './workload-directory.ts'

/** What was found, and what there is to say of it. */
export interface CertificateDiscovery {
  readonly certificate: DiscoveredCertificate | undefined
  readonly notice: Notice | undefined
}

/** Nothing was found, or looked for. */
export const noDiscovery: CertificateDiscovery = { certificate: undefined, notice: undefined }

/** How a certificate is looked for. */
export interface DiscoveryRequest {
  /** `false` for an `http://` endpoint: then none is looked for unless the environment asks for one. */
  readonly tls: boolean
  /** How long SecureConnect's command may take, in milliseconds; by default 10 seconds. */
  readonly commandTimeout?: number | undefined
  /** Where workloads find their certificate, for tests. */
  readonly directory?: string | undefined
}

const COMMAND_TIMEOUT = 10_000

/**
 * Looks for the client certificate that this machine provides (AIP-4114). When the environment asks for one: the workload
 * certificate config, or, where there is none, the bundle of GKE; then SecureConnect; then what is delivered into the
 * directory of workloads. When it says nothing: the config or the bundle only. When it says `false`: nothing is read. Only
 * config files are read here, and nothing is waited for; the certificate is read when the source is called.
 *
 * @throws {ClientCertificateError} when a config that is asked for, or that the environment names, cannot be used.
 */
export function discoverCertificate(environment: Environment, request: DiscoveryRequest): CertificateDiscovery {
  const { tls, commandTimeout = COMMAND_TIMEOUT, directory = WORKLOAD_DIRECTORY } = ownProperties(request)
  const use = useOfMachineCertificate(environment)
  if (use === 'false' || (use === undefined && !tls)) return noDiscovery
  const place = workloadConfigPlace(environment)
  const secureConnect = () => (use === 'true' ? readSecureConnect(environment, commandTimeout) : undefined)

  if (place === undefined || (place.variable === undefined && !existsSync(place.path))) {
    const { certificate, problem } = findGkeBundle(directory)
    if (certificate !== undefined) return { ...noDiscovery, certificate }
    if (use === 'true') return { ...noDiscovery, certificate: secureConnect() ?? awaitWorkloadDirectory(directory) }
    return { ...noDiscovery, notice: problem === undefined ? undefined : unusable(problem) }
  }
  if (use === undefined && place.variable === undefined) return atDefaultPlace(place.path, directory)

  const workload = readWorkloadConfig(place, directory)
  if (workload !== undefined) return { ...noDiscovery, certificate: workload }
  const certificate = secureConnect()
  const notice = certificate === undefined && place.variable !== undefined ? noWorkload(place) : undefined
  return { certificate, notice }
}

/** Nothing asks for this certificate, so that a config which nobody cares for must not break a client. */
function atDefaultPlace(path: string, directory: string): CertificateDiscovery {
  try {
    const files = readWorkloadFiles(path)
    if (files === undefined) return noDiscovery
    const missing = [files.certPath, files.keyPath].find(file => !existsSync(file) && !isWithin(directory, file))
    if (missing === undefined) return { ...noDiscovery, certificate: workloadCertificate(path, directory, files) }
    const problem = `The file ${shownPath(missing)}, which the config file ${shownPath(path)} names, is missing`
    return { ...noDiscovery, notice: unusable(problem) }
  } catch (error) {
    if (error instanceof ClientCertificateError) return { ...noDiscovery, notice: unusable(error.message) }
    throw error
  }
}

function noWorkload({ path, variable }: WorkloadConfigPlace): Notice {
  return unusable(
    `The config file ${shownPath(path)}, which ${variable} names, has no cert_configs.workload, the only supported kind`,
  )
}

function unusable(problem: string): Notice {
  const message = `Ignoring the client certificate of this machine. ${problem}`
  return Object.freeze({ code: 'certificate_config_unusable', option: 'clientCertSource', message })
}
