import { existsSync } from 'node:fs'

import { shownPath } from '../files/shown-path.ts'
import type { Environment } from '../options/environment.ts'
import { useOfMachineCertificate } from '../settings/client-certificate.ts'
import type { Notice } from '../settings/notices.ts'
import type { DiscoveredCertificate } from './discovered-certificate.ts'
import { ClientCertificateError } from './errors.ts'
import { readSecureConnect } from './secure-connect.ts'
import { readWorkloadConfig, type WorkloadConfigPlace, workloadConfigPlace } from './workload-config.ts'

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
}

const COMMAND_TIMEOUT = 10_000

/**
 * Looks for the client certificate that this machine provides (AIP-4114). When the environment asks for one: the
 * workload certificate config, then SecureConnect. When it says nothing: the workload certificate config only. When it
 * says `false`: nothing is read. Only config files are read here; the certificate is read when the source is called.
 *
 * @throws {ClientCertificateError} when a config that is asked for, or that the environment names, cannot be used.
 */
export function discoverCertificate(environment: Environment, request: DiscoveryRequest): CertificateDiscovery {
  const use = useOfMachineCertificate(environment)
  if (use === 'false' || (use === undefined && !request.tls)) return noDiscovery
  const place = workloadConfigPlace(environment)
  if (use === undefined && place?.variable === undefined)
    return place === undefined ? noDiscovery : atDefaultPlace(place)

  const workload = place && readWorkloadConfig(place)
  if (workload !== undefined) return { ...noDiscovery, certificate: workload }
  const certificate =
    use === 'true' ? readSecureConnect(environment, request.commandTimeout ?? COMMAND_TIMEOUT) : undefined
  const notice = certificate === undefined && place?.variable !== undefined ? noWorkload(place) : undefined
  return { certificate, notice }
}

/** Nothing asks for this certificate, so that a config which nobody cares for must not break a client. */
function atDefaultPlace(place: WorkloadConfigPlace): CertificateDiscovery {
  try {
    const certificate = readWorkloadConfig(place)
    const missing = certificate?.files.find(file => !existsSync(file))
    if (missing === undefined) return { ...noDiscovery, certificate }
    return {
      ...noDiscovery,
      notice: unusable(
        `The file ${shownPath(missing)}, which the config file ${shownPath(place.path)} names, is missing`,
      ),
    }
  } catch (error) {
    if (error instanceof ClientCertificateError) return { ...noDiscovery, notice: unusable(error.message) }
    throw error
  }
}

function noWorkload({ path, variable }: WorkloadConfigPlace): Notice {
  return unusable(
    `The config file ${shownPath(path)}, which ${variable} names, has no cert_configs.workload, the only kind known`,
  )
}

function unusable(problem: string): Notice {
  const message = `${problem}. No client certificate is used`
  return Object.freeze({ code: 'certificate_config_unusable', option: 'clientCertSource', message })
}
