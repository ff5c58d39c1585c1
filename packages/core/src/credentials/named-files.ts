import { existsSync } from 'node:fs'

import { findProgram } from '../files/find-program.ts'
import { isJsonObject, readJsonFile } from '../files/json-file.ts'
import { type FileError, readSmallFileSync } from '../files/small-file.ts'
import { isFileContent } from '../options/file-content.ts'
import { processEnvironment } from '../settings/environment.ts'
import type { CredentialsFileErrorCode } from './errors.ts'
import { type CredentialSource, isSourceOf } from './types.ts'

/** Makes the error for a property that names a file; `problem` continues a sentence that begins with the property. */
export type NamedFileError = (
  property: string,
  problem: string,
  code: CredentialsFileErrorCode,
  options?: ErrorOptions,
) => Error

/** When files are checked: at creation they may still be missing; before a token request they are about to be read. */
export type CheckTime = 'creation' | 'token request'

/**
 * Checks the files that google-auth-library reads for the token to exchange. It opens whatever their paths lead to, also a
 * device that never ends, so each is read here first, within limits.
 */
export function checkSourceFiles(source: CredentialSource, time: CheckTime, errorOf: NamedFileError): void {
  if (isSourceOf('file', source)) checkNamedFile(source.file, time, errorsFor('file', errorOf))
  if (isSourceOf('executable', source)) {
    // Whether there is one is up to the program, which writes it.
    if (time === 'token request') checkProgram(source.executable.command, errorOf)
    checkNamedFile(source.executable.output_file, 'creation', errorsFor('executable.output_file', errorOf))
  }
  if (isSourceOf('certificate', source)) {
    const { certificate_config_location: config, trust_chain_path: chain } = source.certificate
    checkCertificateConfig(config, time, errorOf)
    checkNamedFile(chain, time, errorsFor('certificate.trust_chain_path', errorOf))
  }
}

/** Checks one file, where it is named. */
export function checkNamedFile(path: string | undefined, time: CheckTime, errorOf: FileError): void {
  if (path !== undefined && (time === 'token request' || existsSync(path))) readSmallFileSync(path, errorOf)
}

/** google-auth-library does not handle a program that cannot be started, which would end the process. */
function checkProgram(command: string, errorOf: NamedFileError): void {
  // As it parses the command.
  const [first = ''] = /(?:[^\s"]+|"[^"]*")+/.exec(command) ?? []
  const name = first.replace(/^"(.*)"$/, '$1')
  if (findProgram(name, processEnvironment()) !== undefined) return
  const problem = 'names a program that is missing or that this process may not run; correct its path, or PATH'
  throw errorOf('executable.command', problem, 'unreadable_file')
}

function errorsFor(property: string, errorOf: NamedFileError): FileError {
  return (fault, problem, options) => errorOf(property, problem, fault, options)
}

/** Read here for the files that it names; its content may be anything, so that no parser's message may tell of it. */
function checkCertificateConfig(path: string, time: CheckTime, errorOf: NamedFileError): void {
  if (time === 'creation' && !existsSync(path)) return
  const { cert_configs: configs } = readJsonFile(path, (fault, problem, options) =>
    errorOf('certificate', `names a config that ${problem}`, fault, options),
  )
  const workload = isJsonObject(configs) ? configs['workload'] : undefined
  for (const name of ['cert_path', 'key_path']) {
    const file = isJsonObject(workload) ? workload[name] : undefined
    if (typeof file !== 'string' || file === '' || isFileContent(file)) {
      throw errorOf('certificate', `names a config whose cert_configs.workload.${name} is not a path`, 'invalid_member')
    }
    checkNamedFile(file, time, (fault, problem, options) =>
      errorOf('certificate', `names a config whose ${name} ${problem}`, fault, options),
    )
  }
}
