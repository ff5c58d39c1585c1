import { join } from 'node:path'

import { gcloudFolder } from '../files/home-folder.ts'
import { omitUndefined } from '../files/omit-undefined.ts'
import { type Environment, readVariable } from '../options/environment.ts'
import type { CredentialsReader } from './credentials-reader.ts'
import { checkSourceFiles } from './named-files.ts'
import type { CredentialSource, ExternalAccount } from './types.ts'

const ALLOW_EXECUTABLES = 'GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES'

const WORKFORCE_AUDIENCE = /^\/\/iam\.[^/]+\/locations\/[^/]+\/workforcePools\/[^/]+\/providers\/.+/

/** Reads an external account's configuration (AIP-4117), which is no secret but says where secrets are sent. */
export function readExternalAccount(members: CredentialsReader, environment: Environment): ExternalAccount {
  const universeDomain = members.universeDomain()
  const audience = members.requiredText('audience')
  const workforcePoolUserProject = members.text('workforce_pool_user_project')
  if (workforcePoolUserProject !== undefined && !WORKFORCE_AUDIENCE.test(audience)) {
    throw members.fault('workforce_pool_user_project', 'requires an audience that is a workforce pool')
  }
  members.tokenServiceUrl('token_info_url', 'introspection', universeDomain)
  return {
    type: 'external_account',
    projectId: undefined,
    audience,
    subjectTokenType: members.requiredText('subject_token_type'),
    tokenUrl:
      members.tokenServiceUrl('token_url', 'exchange', universeDomain) ?? `https://sts.${universeDomain}/v1/token`,
    credentialSource: readSource(members.requiredObject('credential_source'), members, environment),
    clientId: members.text('client_id'),
    clientSecret: members.text('client_secret'),
    workforcePoolUserProject,
    impersonationUrl: members.impersonationUrl('service_account_impersonation_url', universeDomain),
    tokenLifetimeSeconds: members.object('service_account_impersonation')?.count('token_lifetime_seconds'),
    quotaProjectId: members.quotaProject(),
    universeDomain,
  }
}

const sourceReaders: Readonly<
  Record<string, (source: CredentialsReader, environment: Environment) => CredentialSource>
> = {
  environment_id: readAwsSource,
  executable: readExecutableSource,
  certificate: readCertificateSource,
  file: source => ({ file: source.filePath('file') ?? source.missing('file'), ...readFormat(source) }),
  url: source => ({
    url: source.webUrl('url') ?? source.missing('url'),
    ...omitUndefined({ headers: source.object('headers')?.allTexts() }),
    ...readFormat(source),
  }),
}

/** The property that a source has determines its kind; AWS also has a `url`. */
function readSource(source: CredentialsReader, account: CredentialsReader, environment: Environment): CredentialSource {
  const kinds = Object.keys(sourceReaders).filter(kind => source.has(kind))
  const isAws = source.has('environment_id')
  const [kind, second] = isAws ? kinds.filter(kind => kind !== 'url') : kinds
  const read = kind === undefined || second !== undefined ? undefined : sourceReaders[kind]
  if (read !== undefined) {
    const checked = read(source, environment)
    checkSourceFiles(checked, 'creation', (...fault) => source.fault(...fault))
    return checked
  }
  const known = Object.keys(sourceReaders).toSorted().join(', ')
  throw account.fault('credential_source', `must have exactly one of ${known}`)
}

function readFormat(source: CredentialsReader) {
  const format = source.object('format')
  const type = format?.text('type') ?? 'text'
  if (format === undefined || type === 'text') return {}
  if (type !== 'json') throw format.fault('type', 'must be text or json')
  return { format: { type, subject_token_field_name: format.requiredText('subject_token_field_name') } } as const
}

/** Whoever writes the file could run any program, so the environment has to allow it (as all of Google's libraries ask). */
function readExecutableSource(source: CredentialsReader, environment: Environment): CredentialSource {
  if (readVariable(environment, ALLOW_EXECUTABLES) !== '1') {
    const problem = `runs a program; set ${ALLOW_EXECUTABLES}=1 to allow it, if you trust the file`
    throw source.fault('executable', problem, 'executable_not_allowed')
  }
  const executable = source.requiredObject('executable')
  const timeout = executable.count('timeout_millis')
  if (timeout !== undefined && (timeout < 5000 || timeout > 120_000)) {
    throw executable.fault('timeout_millis', 'is not between 5000 and 120000')
  }
  return {
    executable: {
      command: executable.requiredText('command'),
      ...omitUndefined({ timeout_millis: timeout, output_file: executable.filePath('output_file') }),
    },
  }
}

function readCertificateSource(source: CredentialsReader, environment: Environment): CredentialSource {
  const certificate = source.requiredObject('certificate')
  const useDefault = certificate.flag('use_default_certificate_config') ?? false
  if (useDefault === certificate.has('certificate_config_location')) {
    const problem = 'must have either use_default_certificate_config or certificate_config_location'
    throw source.fault('certificate', problem)
  }
  const location = certificate.filePath('certificate_config_location') ?? defaultCertificateConfig(environment)
  if (location === undefined) {
    const problem = 'cannot be located because HOME is not set; set certificate_config_location instead'
    throw certificate.fault('use_default_certificate_config', problem)
  }
  return {
    certificate: {
      certificate_config_location: location,
      ...omitUndefined({ trust_chain_path: certificate.filePath('trust_chain_path') }),
    },
  }
}

/** Where google-auth-library looks. Decided here, so that the file which is checked is the file which is read. */
function defaultCertificateConfig(environment: Environment): string | undefined {
  const named = readVariable(environment, 'GOOGLE_API_CERTIFICATE_CONFIG')
  if (named !== undefined) return named
  const folder = readVariable(environment, 'CLOUDSDK_CONFIG') ?? gcloudFolder(environment)
  return folder && join(folder, 'certificate_config.json')
}

function readAwsSource(source: CredentialsReader): CredentialSource {
  const environmentId = source.requiredText('environment_id')
  if (environmentId !== 'aws1') throw source.fault('environment_id', 'is not supported; it must be aws1')
  return {
    environment_id: environmentId,
    regional_cred_verification_url: source.requiredText('regional_cred_verification_url'),
    ...omitUndefined({
      region_url: source.awsMetadataUrl('region_url'),
      url: source.awsMetadataUrl('url'),
      imdsv2_session_token_url: source.awsMetadataUrl('imdsv2_session_token_url'),
    }),
  }
}
