import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { shownPath } from '../files/shown-path.ts'
import { systemError } from '../files/system-error.ts'
import { certificateInFiles, type CertificateFiles } from './certificate-files.ts'
import type { DiscoveredCertificate } from './discovered-certificate.ts'
import { createDelivery, isDelivered, isMissing } from './late-files.ts'

/**
 * Where Google Cloud delivers the certificate of a workload. On Cloud Run, `GOOGLE_API_CERTIFICATE_CONFIG` names a config
 * file in it; on GKE, nothing names the bundle in it. The rules are those of google-auth-library-java (`X509Provider`,
 * `AgentIdentityUtils`) and of Python's google-auth (`_mtls_helper.py`, `_agent_identity_utils.py`).
 */
export const WORKLOAD_DIRECTORY: string = '/var/run/secrets/workload-spiffe-credentials'

/** The chain and the key that GKE delivers before a container starts: alone a reason to use a certificate. */
const GKE_BUNDLE = 'x509.credential-bundle.private-key.pem'
/**
 * What else may lie there. Service meshes deliver a certificate of their own by these names, `ca_certificates.pem` beside
 * it, so they are used only when a certificate is asked for.
 */
const OTHER_BUNDLE = 'credentialbundle.pem'
const CERTIFICATE = 'certificates.pem'
const PRIVATE_KEY = 'private_key.pem'

/** What became of looking for the bundle. */
export interface BundleSearch {
  readonly certificate: DiscoveredCertificate | undefined
  /** Why a bundle that is there cannot be used. */
  readonly problem: string | undefined
}

/** The bundle of GKE, where it is a file that can be read and holds something. It is not waited for. */
export function findGkeBundle(directory: string): BundleSearch {
  const path = join(directory, GKE_BUNDLE)
  const problem = problemOf(path)
  const isUsable = problem === undefined
  return {
    certificate: isUsable ? certificateInFiles(`file:${path}`, async () => bundle(path)) : undefined,
    problem: isUsable || problem === MISSING ? undefined : `The file ${shownPath(path)} ${problem}`,
  }
}

const MISSING = 'is missing'

function problemOf(path: string): string | undefined {
  try {
    // To throw takes longer than to look, and there is none for most clients.
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return MISSING
    accessSync(path, constants.R_OK)
    if (!stats.isFile()) return 'is a directory, a device or a pipe'
    return stats.size === 0 ? 'is empty' : undefined
  } catch (error) {
    return isMissing(error) ? MISSING : `cannot be read (${systemError(error).code})`
  }
}

/** The certificate that the directory holds, or that is delivered into it while the first request waits. */
export function awaitWorkloadDirectory(directory: string): DiscoveredCertificate | undefined {
  if (!existsSync(directory)) return undefined
  const awaitDelivery = createDelivery()
  const candidates = [
    bundle(join(directory, GKE_BUNDLE)),
    bundle(join(directory, OTHER_BUNDLE)),
    { certPath: join(directory, CERTIFICATE), keyPath: join(directory, PRIVATE_KEY) },
  ]
  const what = `a certificate in ${shownPath(directory)} (${OTHER_BUNDLE}, or ${CERTIFICATE} and ${PRIVATE_KEY})`
  return certificateInFiles(`file:${directory}`, () =>
    awaitDelivery(what, () =>
      candidates.find(({ certPath, keyPath }) => isDelivered(certPath) && isDelivered(keyPath)),
    ),
  )
}

function bundle(path: string): CertificateFiles {
  return { certPath: path, keyPath: path }
}
