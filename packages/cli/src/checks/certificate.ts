import { describeClient, rotateClientCertificate } from '@client-options/core/node'

import { ok, type Result, skipped, warning } from './finding.ts'

/** From here on, somebody should see to the next certificate. */
const DAYS_TO_RENEW = 14

/**
 * Loads the client certificate that an agent presents, which checks that it matches its key and is valid.
 * @param agent What `createAgent` returned.
 * @throws {ClientCertificateError} that names the fault.
 */
export async function checkCertificate(agent: object): Promise<Result> {
  if (describeClient(agent).clientCertificate === undefined) return skipped('No client certificate is used')
  await rotateClientCertificate(agent)
  const { clientCertificate } = describeClient(agent)
  if (clientCertificate?.loaded !== true) return skipped('No client certificate is used')
  const { subject, issuer, daysLeft } = clientCertificate
  const message = `${subject}, issued by ${issuer}; days left: ${daysLeft}`
  return daysLeft < DAYS_TO_RENEW ? warning('certificate_ends_soon', `${message}; renew it`) : ok(message)
}
