export {
  authorizedUser,
  externalAccount,
  externalAccountAuthorizedUser,
  gdchServiceAccount,
  type GdchServiceAccountKey,
  impersonatedServiceAccount,
  impersonationUrl,
  serviceAccount,
  type ServiceAccountKey,
  type TokenPlace,
} from './credentials/contents.ts'
export { verifyAssertion } from './credentials/verify.ts'
export { writeCredentials } from './credentials/write.ts'
