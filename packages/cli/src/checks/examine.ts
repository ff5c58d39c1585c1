import { type ClientSettings, resolveSettings } from '@client-options/core'
import { findProxy } from '@client-options/core/node'

import type { Input } from '../command-line/command.ts'
import { type Loaded, loadOptions } from '../load.ts'
import type { Examination } from './examination.ts'
import { examineConnection } from './examine-connection.ts'
import { examineCredentials } from './examine-credentials.ts'
import { ok, type Result } from './finding.ts'

/** Does every check that what went before leaves room for: a certificate that cannot be loaded says nothing of the credentials. */
export async function examine(input: Input, examination: Examination): Promise<void> {
  const found = await examination.check('options', 'loading the options', () => checkOptions(input))
  if (!('loaded' in found)) return
  examination.addNotices('options', found.notices)
  await examineConnection(found.loaded, examination)
  await examineCredentials(found.loaded, examination)
}

/** Options that are valid, and fit together with the service and the environment. */
function checkOptions(input: Input): Result & Pick<ClientSettings, 'notices'> & { readonly loaded: Loaded } {
  const loaded = loadOptions(input, process.env)
  const { endpoint, notices } = resolveSettings(loaded.options, loaded.service.definition)
  // Throws where a variable does not name a proxy that can be used.
  findProxy(endpoint.url)
  return { ...ok('Valid'), loaded, notices }
}
