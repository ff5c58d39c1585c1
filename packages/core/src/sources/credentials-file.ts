import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { CredentialsFileError } from './errors.ts'

/** The content of a service account's key file (AIP-4112). */
export interface CredentialsFile {
  readonly type: 'service_account'
  readonly clientEmail: string
  readonly privateKey: string
  readonly privateKeyId: string | undefined
  readonly projectId: string | undefined
  readonly quotaProjectId: string | undefined
  readonly universeDomain: string
}

const KNOWN_TYPES = [
  'authorized_user',
  'external_account',
  'external_account_authorized_user',
  'gdch_service_account',
  'impersonated_service_account',
  'service_account',
]

/**
 * Reads a credentials file and checks it, so that a bad one fails when a client is created.
 * @throws {CredentialsFileError} that names the fault.
 */
export function readCredentialsFile(path: string): CredentialsFile {
  const content = parseObject(path, readText(path))
  const type = content['type']
  if (typeof type !== 'string' || !KNOWN_TYPES.includes(type)) {
    throw new CredentialsFileError(
      'unknown_type',
      path,
      `has no known type; it must be one of ${KNOWN_TYPES.join(', ')}`,
    )
  }
  if (type !== 'service_account') {
    const problem = `is of type ${type}, which is not supported yet; give an auth client of google-auth-library instead`
    throw new CredentialsFileError('unsupported_type', path, problem)
  }
  return {
    type,
    clientEmail: requiredText(path, content, 'client_email'),
    privateKey: privateKeyOf(path, content),
    privateKeyId: optionalText(path, content, 'private_key_id'),
    projectId: optionalText(path, content, 'project_id'),
    quotaProjectId: optionalText(path, content, 'quota_project_id'),
    universeDomain: optionalText(path, content, 'universe_domain') ?? 'googleapis.com',
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CredentialsFileError('unreadable_file', path, 'cannot be read; check the path and its permissions', {
      cause,
    })
  }
}

function parseObject(path: string, text: string): Record<string, unknown> {
  if (text.trim() === '') throw new CredentialsFileError('invalid_json', path, 'is empty')
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // No cause: what JSON.parse throws quotes the text, which may be a private key.
    throw new CredentialsFileError('invalid_json', path, 'is not JSON')
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return { ...content }
  throw new CredentialsFileError('invalid_json', path, 'holds no JSON object')
}

function privateKeyOf(path: string, content: Record<string, unknown>): string {
  const text = requiredText(path, content, 'private_key')
  try {
    createPrivateKey(text)
  } catch (cause) {
    // The cause is OpenSSL's and names a routine, not the content.
    throw new CredentialsFileError('invalid_member', path, 'has a private_key that is no PEM private key', { cause })
  }
  return text
}

function requiredText(path: string, content: Record<string, unknown>, member: string): string {
  const text = optionalText(path, content, member)
  if (text === undefined) throw new CredentialsFileError('invalid_member', path, `has no ${member}`)
  return text
}

function optionalText(path: string, content: Record<string, unknown>, member: string): string | undefined {
  const value = content[member]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  throw new CredentialsFileError('invalid_member', path, `has a ${member} that is no string`)
}
