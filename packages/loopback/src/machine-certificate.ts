import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { IssuedCertificate } from '@client-options/testing'

/** A workload certificate config, and the PEM files that it names. */
export interface WorkloadConfigFile {
  readonly path: string
  readonly certPath: string
  readonly keyPath: string
}

/** Writes a workload certificate config as gcloud does, with the certificate and its key beside it. */
export async function writeWorkloadConfig(path: string, { cert, key }: IssuedCertificate): Promise<WorkloadConfigFile> {
  const [certPath, keyPath] = [`${path}.cert.pem`, `${path}.key.pem`]
  const workload = { cert_path: certPath, key_path: keyPath }
  await writeText(path, JSON.stringify({ version: 1, cert_configs: { workload } }))
  await writeText(certPath, cert)
  await writeText(keyPath, key)
  return { path, certPath, keyPath }
}

/** Where gcloud keeps the workload certificate config under a user's own folder. */
export function defaultWorkloadConfigPath(home: string): string {
  return join(home, '.config', 'gcloud', 'certificate_config.json')
}

/** Writes what SecureConnect leaves under a user's own folder, and gives its path. */
export async function writeSecureConnect(home: string, command: readonly string[]): Promise<string> {
  const path = join(home, '.secureConnect', 'context_aware_metadata.json')
  await writeText(path, JSON.stringify({ cert_provider_command: command, device_resource_ids: ['loopback'] }))
  return path
}

/** A command that runs a program of Node's, whose `process.argv` holds the arguments from 1 on. */
export function commandThatRuns(program: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, '-e', program, '--', ...args]
}

/** A command that writes a text to its standard output. */
export function commandThatPrints(text: string): readonly string[] {
  return commandThatRuns('process.stdout.write(process.argv[1])', text)
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text, { mode: 0o600 })
}
