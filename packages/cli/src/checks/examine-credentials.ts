import { createAuth } from '@client-options/core/google-auth'
import { describeClient } from '@client-options/core/node'

import { type Loaded, without } from '../load.ts'
import { checkCredentials, checkQuotaProject } from './credentials.ts'
import type { Examination } from './examination.ts'
import { ok } from './finding.ts'

/** What headers alone cannot say, so an auth that is asked for no more than those refuses it. The certificate has a check of its own. */
const notInHeaders = ['clientCertSource', 'clientEncryptedCertSource', 'userAgent']

/** Credentials, their universe, and who is charged. */
export async function examineCredentials({ options, service }: Loaded, examination: Examination): Promise<void> {
  const found = await examination.check('credentials', 'getting a token', async () => {
    const auth = createAuth(without(options, notInHeaders), service.definition)
    return { ...(await checkCredentials(auth)), auth }
  })
  if (!('auth' in found) || found.status !== 'ok') return
  const { universeDomain } = describeClient(found.auth)
  examination.add('universe', ok(`${universeDomain}, that of the credentials`))
  examination.add('quota', checkQuotaProject(found.auth))
}
