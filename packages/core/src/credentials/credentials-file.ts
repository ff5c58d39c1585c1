import { type JsonObject, readJsonFile } from '../files/json-file.ts'
import type { Environment } from '../options/environment.ts'
import { CredentialsReader } from './credentials-reader.ts'
import { CredentialsFileError, fileSubject } from './errors.ts'
import { readExternalAccount } from './external-account.ts'
import { checkNamedFile } from './named-files.ts'
import type {
  AuthorizedUser,
  CredentialsFile,
  ExternalAccountAuthorizedUser,
  GdchServiceAccount,
  ImpersonatedServiceAccount,
  ServiceAccount,
  SourceCredentials,
} from './types.ts'

export type { CredentialsFile } from './types.ts'

interface ReadContext {
  readonly environment: Environment
  /** How many impersonations these credentials are the source of. */
  readonly depth: number
}

type Readers<Credentials> = Readonly<
  Record<string, (members: CredentialsReader, surroundings: ReadContext) => Credentials>
>

/** A service account impersonated through another one, and that through a third: more are a mistake, or an attack. */
const MAX_IMPERSONATIONS = 3

const sources: Readers<SourceCredentials> = {
  authorized_user: readAuthorizedUser,
  external_account: (members, { environment }) => readExternalAccount(members, environment),
  external_account_authorized_user: readExternalAccountAuthorizedUser,
  impersonated_service_account: readImpersonatedServiceAccount,
  service_account: readServiceAccount,
}

const types: Readers<CredentialsFile> = { ...sources, gdch_service_account: readGdchServiceAccount }

/**
 * Reads a credentials file and checks it, so that a bad one fails when a client is created: its type, the members that the
 * type needs, and above all that it would send credentials nowhere but to its own universe domain.
 * @param environment The environment variables, one of which allows a file to run a program.
 * @throws {CredentialsFileError} that names the fault.
 */
export function readCredentialsFile(path: string, environment: Environment): CredentialsFile {
  const subject = fileSubject(path)
  const content = readJsonFile(
    path,
    (fault, problem, options) => new CredentialsFileError(fault, subject, problem, options),
  )
  return checkCredentials(subject, content, environment)
}

/**
 * Checks what a credentials file says, wherever it stands.
 * @param subject What an error calls it.
 * @throws {CredentialsFileError} that names the fault.
 */
export function checkCredentials(subject: string, content: JsonObject, environment: Environment): CredentialsFile {
  return readTyped(types, new CredentialsReader(subject, content), { environment, depth: 0 })
}

function readTyped<Credentials>(
  known: Readers<Credentials>,
  members: CredentialsReader,
  surroundings: ReadContext,
): Credentials {
  const read = members.choice('type', known)
  if (read !== undefined) return read(members, surroundings)
  const problem = `has no known ${members.place}type; it must be one of ${Object.keys(known).toSorted().join(', ')}`
  throw new CredentialsFileError('unknown_type', members.subject, problem)
}

function readServiceAccount(members: CredentialsReader): ServiceAccount {
  return {
    type: 'service_account',
    clientEmail: members.requiredText('client_email'),
    privateKey: members.privateKey('RSA'),
    privateKeyId: members.text('private_key_id'),
    projectId: members.text('project_id'),
    quotaProjectId: members.quotaProject(),
    universeDomain: members.universeDomain(),
  }
}

function readAuthorizedUser(members: CredentialsReader): AuthorizedUser {
  const universeDomain = members.universeDomain()
  return {
    type: 'authorized_user',
    projectId: undefined,
    ...readRefreshToken(members),
    tokenUrl:
      members.tokenServiceUrl('token_uri', 'refresh', universeDomain) ?? `https://oauth2.${universeDomain}/token`,
    quotaProjectId: members.quotaProject(),
    universeDomain,
  }
}

function readExternalAccountAuthorizedUser(members: CredentialsReader): ExternalAccountAuthorizedUser {
  const universeDomain = members.universeDomain()
  members.tokenServiceUrl('token_info_url', 'introspection', universeDomain)
  members.tokenServiceUrl('revoke_url', 'revocation', universeDomain)
  return {
    type: 'external_account_authorized_user',
    projectId: undefined,
    audience: members.text('audience'),
    ...readRefreshToken(members),
    tokenUrl:
      members.tokenServiceUrl('token_url', 'exchange', universeDomain) ?? `https://sts.${universeDomain}/v1/oauthtoken`,
    quotaProjectId: members.quotaProject(),
    universeDomain,
  }
}

function readRefreshToken(members: CredentialsReader) {
  return {
    clientId: members.requiredText('client_id'),
    clientSecret: members.requiredText('client_secret'),
    refreshToken: members.requiredText('refresh_token'),
  }
}

function readImpersonatedServiceAccount(
  members: CredentialsReader,
  { environment, depth }: ReadContext,
): ImpersonatedServiceAccount {
  if (depth === MAX_IMPERSONATIONS) {
    throw members.fault('type', `impersonates through more than ${MAX_IMPERSONATIONS - 1} other service accounts`)
  }
  const source = readTyped(sources, members.requiredObject('source_credentials'), { environment, depth: depth + 1 })
  const universeDomain = members.has('universe_domain') ? members.universeDomain() : source.universeDomain
  if (source.universeDomain !== universeDomain) {
    throw members.fault('source_credentials', 'are of another universe domain')
  }
  return {
    type: 'impersonated_service_account',
    projectId: undefined,
    impersonationUrl:
      members.impersonationUrl('service_account_impersonation_url', universeDomain) ??
      members.missing('service_account_impersonation_url'),
    delegates: members.texts('delegates') ?? [],
    scopes: members.texts('scopes'),
    source,
    quotaProjectId: members.quotaProject(),
    universeDomain,
  }
}

function readGdchServiceAccount(members: CredentialsReader): GdchServiceAccount {
  if (members.requiredText('format_version') !== '1') {
    throw members.fault('format_version', 'is not known; it must be "1"')
  }
  const caCertPath = members.filePath('ca_cert_path')
  checkNamedFile(caCertPath, 'creation', (fault, problem, options) =>
    members.fault('ca_cert_path', problem, fault, options),
  )
  return {
    type: 'gdch_service_account',
    name: members.requiredText('name'),
    projectId: members.requiredText('project'),
    privateKey: members.privateKey('P-256'),
    privateKeyId: members.requiredText('private_key_id'),
    tokenUrl: members.secureUrl('token_uri') ?? members.missing('token_uri'),
    caCertPath,
    quotaProjectId: members.quotaProject(),
  }
}
