/**
 * Sends requests by clients with different certificates and with none, all at once, before and after one certificate is
 * rotated. The path of each request is the certificate that it should present. Its argument is the file that holds the
 * plan.
 */
import { readFileSync } from 'node:fs'
import { request } from 'node:https'

import { createFetch } from '@client-options/core/fetch'
import { createAuth } from '@client-options/core/google-auth'
import { createAgent } from '@client-options/core/https'
import { rotateClientCertificate } from '@client-options/core/node'

import type { Pair, RotationPlan } from './plan.js'

const { endpoint, certificates }: RotationPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
/** More than one, so that connections are used again. */
const ROUNDS = 3
let rotating: 'first' | 'renewed' = 'first'

void main()

async function main(): Promise<void> {
  const first = clientsWith(() => certificates[rotating])
  const second = clientsWith(() => certificates.second)
  const none = clientsWith(undefined)
  const sendAll = () => Promise.all([first.send(rotating), second.send('second'), none.send('none')])

  for (let round = 0; round < ROUNDS; round++) await Promise.all([sendAll(), sendAll()])
  rotating = 'renewed'
  await Promise.all(first.clients.map(client => rotateClientCertificate(client)))
  for (let round = 0; round < ROUNDS; round++) await Promise.all([sendAll(), sendAll()])
  process.exit()
}

function clientsWith(clientCertSource: (() => Pair) | undefined) {
  const options = { apiEndpoint: endpoint, apiKey: 'key', clientCertSource }
  const auth = createAuth(options)
  const fetch = createFetch(options, { host: 'api.{universeDomain}' })
  const agent = createAgent({ clientCertSource })
  return {
    clients: clientCertSource === undefined ? [] : [auth, fetch, agent],
    async send(path: string): Promise<void> {
      await Promise.all([
        auth.request({ url: `/${path}`, method: 'POST', data: { path } }),
        fetch(`/${path}`).then(response => response.text()),
        new Promise<void>((resolve, reject) => {
          const sent = request(`${endpoint}/${path}`, { agent }, response => response.resume().on('end', resolve))
          sent.on('error', reject).end()
        }),
      ])
    },
  }
}
