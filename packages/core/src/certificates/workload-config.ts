import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { expandHome, gcloudFolder } from '../files/home-folder.ts'
import { isJsonObject, type JsonObject } from '../files/json-file.ts'
import { certificatesIn, privateKeyIn } from '../files/pem-blocks.ts'
import { shownPath } from '../files/shown-path.ts'
import { readSmallFile } from '../files/small-file.ts'
import { type Environment, readVariable } from '../options/environment.ts'
import { isFileContent } from '../options/file-content.ts'
import type { CertificateAndKey } from '../options/types.ts'
import { invalidConfig, readConfigFile } from './config-file.ts'
import type { DiscoveredCertificate } from './discovered-certificate.ts'
import { ClientCertificateError } from './errors.ts'

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
 * @returns `undefined` when there is no file at the default place, or when the config is for other kinds of certificates.
 * @throws {ClientCertificateError} when the file cannot be used, or the environment names one that is missing.
 */
export function readWorkloadConfig({ path, variable }: WorkloadConfigPlace): DiscoveredCertificate | undefined {
  if (variable === undefined && !existsSync(path)) return undefined
  const { cert_configs: configs } = readConfigFile(path)
  if (!isJsonObject(configs)) throw invalidConfig(path, 'has no object cert_configs')
  const { workload } = configs
  if (workload === undefined) return undefined
  if (!isJsonObject(workload)) throw invalidConfig(path, 'has a cert_configs.workload that is no object')
  const certPath = pathIn(workload, 'cert_path', path)
  const keyPath = pathIn(workload, 'key_path', path)
  return { source: () => readPair(certPath, keyPath), origin: `file:${path}`, files: [certPath, keyPath] }
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
  throw invalidConfig(path, `has no text cert_configs.workload.${member}`)
}

async function readPair(certPath: string, keyPath: string): Promise<CertificateAndKey> {
  const [certFile, keyFile] = await Promise.all([readNamed(certPath), readNamed(keyPath)])
  const cert = certificatesIn(certFile)
  const key = privateKeyIn(keyFile)
  if (cert === undefined) throw new ClientCertificateError('invalid_certificate', missing(certPath, 'certificate'))
  if (key === undefined) throw new ClientCertificateError('invalid_key', missing(keyPath, 'private key'))
  return { cert, key }
}

function readNamed(path: string): Promise<string> {
  return readSmallFile(path, (_fault, problem, options) => {
    return new ClientCertificateError('unreadable_file', `the file ${shownPath(path)} ${problem}`, options)
  })
}

function missing(path: string, what: string): string {
  return `the file ${shownPath(path)}, which the workload certificate config names, holds no PEM ${what}`
}
