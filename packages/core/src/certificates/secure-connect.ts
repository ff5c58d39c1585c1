import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { homeFolder } from '../files/home-folder.ts'
import { certificatesIn, isEncrypted, passphraseIn, privateKeyIn } from '../files/pem-blocks.ts'
import { exportPrivateKey, parsePrivateKey } from '../files/private-key.ts'
import { shownPath } from '../files/shown-path.ts'
import type { Environment } from '../options/environment.ts'
import type { CertificateAndKey } from '../options/types.ts'
import { invalidConfig, readConfigFile } from './config-file.ts'
import type { DiscoveredCertificate } from './discovered-certificate.ts'
import { ClientCertificateError } from './errors.ts'
import { commandFailed, type ProviderCommand, runProviderCommand } from './provider-command.ts'

/**
 * The certificate of SecureConnect (Endpoint Verification): what the command writes that
 * `~/.secureConnect/context_aware_metadata.json` names as `cert_provider_command`.
 * @param timeout How long the command may take, in milliseconds.
 * @returns `undefined` when there is no such file.
 * @throws {ClientCertificateError} when the file cannot be used.
 */
export function readSecureConnect(environment: Environment, timeout: number): DiscoveredCertificate | undefined {
  const home = homeFolder(environment)
  if (home === undefined) return undefined
  const configPath = join(home, '.secureConnect', 'context_aware_metadata.json')
  if (!existsSync(configPath)) return undefined
  const command = { argv: commandIn(configPath), configPath, timeout }
  return { source: () => certificateOf(command), origin: `file:${configPath}`, files: async () => [] }
}

function commandIn(path: string): ProviderCommand['argv'] {
  const { cert_provider_command: command } = readConfigFile(path)
  if (!isTexts(command)) throw invalidConfig(path, 'must have a cert_provider_command that is an array of strings')
  const [program, ...args] = command
  if (program === undefined || program === '') throw invalidConfig(path, 'has an empty cert_provider_command')
  return [program, ...args]
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

/** The command is run as it stands: whether it gives an encrypted key is seen in what it writes. */
async function certificateOf(command: ProviderCommand): Promise<CertificateAndKey> {
  const output = await runProviderCommand(command)
  const cert = certificatesIn(output)
  if (cert === undefined) throw commandFailed(command, 'did not write a PEM certificate')
  const key = privateKeyIn(output)
  if (key === undefined) throw commandFailed(command, 'did not write a PEM private key')
  return { cert, key: isEncrypted(key) ? decrypt(command, key, passphraseIn(output)) : key }
}

function decrypt(command: ProviderCommand, key: string, passphrase: string | undefined): string {
  if (passphrase === undefined) {
    const whatToDo = 'add "--with_passphrase" to cert_provider_command'
    throw commandFailed(command, `wrote an encrypted private key without its passphrase; ${whatToDo}`)
  }
  try {
    return exportPrivateKey(parsePrivateKey(key, passphrase))
  } catch (cause) {
    // The cause is OpenSSL's and names a routine, not the content.
    const message = `the passphrase that the command ${shownPath(command.argv[0])} wrote does not decrypt the private key`
    throw new ClientCertificateError('wrong_passphrase', message, { cause })
  }
}
