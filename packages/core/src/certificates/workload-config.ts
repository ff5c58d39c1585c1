import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { expandHome, gcloudFolder } from '../files/home-folder.ts'
import { isJsonObject, type JsonObject } from '../files/json-file.ts'
import { shownPath } from '../files/shown-path.ts'
import { type Environment, readVariable } from '../options/environment.ts'
import { isFileContent } from '../options/file-content.ts'
import { certificateInFiles, type CertificateFiles } from './certificate-files.ts'
import { invalidConfig, readConfigFile } from './config-file.ts'
import type { DiscoveredCertificate } from './discovered-certificate.ts'
import { ClientCertificateError } from './errors.ts'
import { createDelivery, isDelivered, isWithin } from './late-files.ts'
import { WORKLOAD_DIRECTORY } from './workload-directory.ts'

/** Where the workload certificate config is looked for, and the environment variable that says so, if one does. */
export interface WorkloadConfigPlace {
  readonly path: string
  readonly variable: string | undefined
}

const VARIABLES = ['GOOGLE_API_CERTIFICATE_CONFIG', 'CLOUDSDK_CONTEXT_AWARE_CERTIFICATE_CONFIG_FILE_PATH']

/**
 * The place that the environment names, else gcloud's default place; as in Python's google-auth.
 * @throws {ClientCertificateError} when a variable holds the content of a file instead of its path.
 */
export function workloadConfigPlace(environment: Environment): WorkloadConfigPlace | undefined {
  for (const variable of VARIABLES) {
    const path = readVariable(environment, variable)
    if (path !== undefined && isFileContent(path)) throw contentInVariable(variable)
    if (path !== undefined) return { path: resolve(expandHome(path, environment)), variable }
  }
  const folder = gcloudFolder(environment)
  return folder === undefined ? undefined : { path: join(folder, 'certificate_config.json'), variable: undefined }
}

function contentInVariable(variable: string): ClientCertificateError {
  const message = `${variable} holds the content of a file; save it as a file, and set the variable to its path`
  return new ClientCertificateError('invalid_certificate_config', message)
}

/**
 * The certificate of a workload certificate config (AIP-4114): `cert_configs.workload`, with `cert_path` and `key_path`.
 * What lies in the directory of workloads may be delivered late, the config itself too; it is waited for when the
 * certificate is read.
 * @returns `undefined` when there is no file at the default place, or when the config is for other kinds of certificates.
 * @throws {ClientCertificateError} when the file cannot be used, or the environment names one that is missing.
 */
export function readWorkloadConfig(
  { path, variable }: WorkloadConfigPlace,
  directory: string = WORKLOAD_DIRECTORY,
): DiscoveredCertificate | undefined {
  if (variable === undefined && !existsSync(path)) return undefined
  const isLate = isWithin(directory, path) && !isDelivered(path)
  const files = isLate ? undefined : readWorkloadFiles(path)
  return isLate || files !== undefined ? workloadCertificate(path, directory, files) : undefined
}

/** @param files What the config names, where it has been read. */
export function workloadCertificate(path: string, directory: string, files?: CertificateFiles): DiscoveredCertificate {
  const awaitDelivery = createDelivery()
  async function awaitFile(file: string): Promise<void> {
    if (!isWithin(directory, file)) return
    await awaitDelivery(`the file ${shownPath(file)}`, () => isDelivered(file) || undefined)
  }
  return certificateInFiles(`file:${path}`, async () => {
    if (files === undefined) await awaitFile(path)
    const named = files ?? readWorkloadFiles(path)
    if (named === undefined) throw invalidConfig(path, 'has no cert_configs.workload, the only supported kind')
    await awaitFile(named.certPath)
    await awaitFile(named.keyPath)
    return named
  })
}

/**
 * The files that a config names, or `undefined` when it is for other kinds of certificates.
 * @throws {ClientCertificateError} when it cannot be used.
 */
export function readWorkloadFiles(path: string): CertificateFiles | undefined {
  const { cert_configs: configs } = readConfigFile(path)
  if (!isJsonObject(configs)) throw invalidConfig(path, 'must have an object cert_configs')
  const { workload } = configs
  if (workload === undefined) return undefined
  if (!isJsonObject(workload)) throw invalidConfig(path, 'has a cert_configs.workload that is not an object')
  return { certPath: pathIn(workload, 'cert_path', path), keyPath: pathIn(workload, 'key_path', path) }
}

/** Absolute, so that it does not follow a later change of the process's folder. */
function pathIn(workload: JsonObject, member: string, path: string): string {
  const value = workload[member]
  if (typeof value === 'string' && isFileContent(value)) {
    throw invalidConfig(
      path,
      `has the content of a file as cert_configs.workload.${member}; write the path of the file`,
    )
  }
  if (typeof value === 'string' && value !== '') return resolve(value)
  throw invalidConfig(path, `has no string cert_configs.workload.${member}`)
}
