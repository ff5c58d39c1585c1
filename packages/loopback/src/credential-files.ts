import {
  gdchServiceAccount as makeAccount,
  type GdchServiceAccountKey,
  verifyAssertion as verify,
} from '@client-options/testing/credentials'

export {
  authorizedUser,
  externalAccount,
  externalAccountAuthorizedUser,
  impersonatedServiceAccount,
  impersonationUrl,
  type TokenPlace,
  writeCredentials,
} from '@client-options/testing/credentials'

/** A GDCH service account. */
export interface GdchServiceAccount {
  readonly content: GdchServiceAccountKey
}

/** Makes a GDCH service account; it belongs to no universe. */
export async function gdchServiceAccount(place: { readonly url: string }): Promise<GdchServiceAccount> {
  return { content: await makeAccount(place) }
}

/** Throws unless this account has signed the assertion, for its token server and not long ago. */
export async function verifyAssertion(assertion: unknown, { content }: GdchServiceAccount): Promise<void> {
  verify(assertion, content)
}
