import {
  authorizedUser,
  externalAccount,
  externalAccountAuthorizedUser,
  gdchServiceAccount,
  impersonatedServiceAccount,
  writeServiceAccount,
} from '@client-options/loopback'

/** Where the tokens of the credentials come from. */
export const place = { universeDomain: 'googleapis.com' }

/** The contents of credentials files, of every type and with every kind of source; `folder` is for what they name. */
export async function credentialTemplates(folder: string): Promise<readonly object[]> {
  const { key } = await writeServiceAccount(folder)
  return [
    key,
    authorizedUser(place),
    externalAccountAuthorizedUser(place),
    externalAccount(place, { file: '/run/token', format: { type: 'json', subject_token_field_name: 'token' } }),
    externalAccount(place, { url: 'http://localhost/token', headers: { name: 'value' } }),
    externalAccount(place, { executable: { command: '/bin/token', timeout_millis: 5000 } }),
    externalAccount(place, { certificate: { use_default_certificate_config: true } }),
    externalAccount(place, { environment_id: 'aws1', regional_cred_verification_url: 'https://sts.example' }),
    impersonatedServiceAccount(place, authorizedUser(place)),
    impersonatedServiceAccount(place, impersonatedServiceAccount(place, key)),
    (await gdchServiceAccount({ url: 'https://service-identity.cloud.example' })).content,
  ]
}
