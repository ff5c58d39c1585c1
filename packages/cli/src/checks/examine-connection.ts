import type { AgentOptions } from 'node:https'

import { createAgent } from '@client-options/core/https'
import { findProxy, loadSettings } from '@client-options/core/node'

import { type Loaded, only } from '../load.ts'
import { checkCertificate } from './certificate.ts'
import { checkClock } from './clock.ts'
import { checkEndpoint } from './endpoint.ts'
import type { Examination } from './examination.ts'
import { ok, skipped } from './finding.ts'

const certificateOptions = ['clientCertSource', 'clientEncryptedCertSource']
const endpointOptions = [...certificateOptions, 'apiEndpoint', 'universeDomain', 'anonymous']

/** Certificate, proxy and endpoint, which have nothing to do with credentials: a file of those that is at fault is left out. */
export async function examineConnection({ options, service }: Loaded, examination: Examination): Promise<void> {
  const agent = (agentOptions: AgentOptions) => createAgent(only(options, certificateOptions), agentOptions)
  const certificate = await examination.check('certificate', 'loading the client certificate', () => {
    return checkCertificate(agent({}))
  })
  if (certificate.status === 'failed') {
    examination.add('endpoint', skipped('Not connected, because the client certificate cannot be loaded'))
    return
  }
  const route = await examination.check('proxy', 'looking for a proxy', () => {
    const env = { ...process.env, GOOGLE_APPLICATION_CREDENTIALS: '' }
    const settings = loadSettings(only(options, endpointOptions), service.definition, { env })
    const proxy = findProxy(settings.endpoint.url)
    return { ...ok(proxy === undefined ? 'None' : `${proxy.url}, named by ${proxy.variable}`), settings, proxy }
  })
  if (!('settings' in route)) return
  const { settings, proxy } = route
  // Of the looking for the certificate of this machine.
  examination.addNotices('certificate', settings.notices)
  const reached = await examination.check('endpoint', `connecting to ${settings.endpoint.url}`, signal => {
    return checkEndpoint(settings, { agent, proxy, signal })
  })
  examination.add('clock', checkClock('serverTime' in reached ? reached.serverTime : undefined))
}
