import { createAuth } from '@client-options/core/google-auth'
import { describeClient } from '@client-options/core/node'

import { type Loaded, without } from '../load.ts'
import { checkCredentials, checkQuotaProject } from './credentials.ts'
import type { Examination } from './examination.ts'
import { ok } from './finding.ts'

/** Credentials, their universe, and who is charged. */
export async function examineCredentials({ options, service }: Loaded, examination: Examination): Promise<void> {
  const found = await examination.check('credentials', 'getting a token', async () => {
    // The certificate has a check of its own, and is not needed here.
    const auth = createAuth(without(options, ['clientCertSource', 'clientEncryptedCertSource']), service.definition)
    return { ...(await checkCredentials(auth)), auth }
  })
  if (!('auth' in found) || found.status !== 'ok') return
  const { universeDomain } = describeClient(found.auth)
  examination.add('universe', ok(`${universeDomain}, that of the credentials`))
  examination.add('quota', checkQuotaProject(found.auth))
}
