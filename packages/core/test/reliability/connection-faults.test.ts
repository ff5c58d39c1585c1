import {
  authorizedUser,
  type CertificateAuthority,
  createAuthority,
  type GateFault,
  type IssueRequest,
  openGate,
  recordFigure,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
} from '@client-options/loopback'
import { afterAll, describe, expect, test, vi } from 'vitest'

import { clients } from '../clients/all.ts'
import { codes, failure, messages, withClient } from './faults.ts'

const authority = await createAuthority()
trustAuthority(authority)
const stranger = await createAuthority('Stranger')
const identity = await authority.issue({ commonName: 'one' })
const clientCertSource = () => identity
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())

vi.setConfig({ maxConcurrency: 12, testTimeout: 60_000 })

/** Google's clients try again until the limit of the request. The others have none, or need none. */
const limits = { limit: 3000, longest: 15_000 }
/** The clients that have such a limit; the others would wait for a silent server for a minute and more. */
const haveLimit = new Set(['Vision, gRPC', 'Vision, REST', 'GoogleAuth.request', 'grpc-js', 'fetch', 'https.Agent'])

let faults = 0
afterAll(() => recordFigure('Faults', 'broken connections, servers not to be trusted and refused tokens', faults))

describe.concurrent.each(clients)('$name', client => {
  const kinds: GateFault[] = ['refuse', 'handshake', 'request', 'garbage']
  if (haveLimit.has(client.name)) kinds.push('silence')
  test.each(kinds)('connections that break, by %s: an error in time, and no restart is needed', async fault => {
    await using gate = await openGate(await client.start(authority))
    await withClient(client, gate, { clientCertSource }, async handle => {
      await handle.request()
      const begun = gate.connections
      gate.fault = fault
      // One that has not seen yet that its connection is closed fails with it; and gRPC waits before it connects anew.
      await vi.waitFor(
        async () => {
          await failure(handle, limits)
          expect(gate.connections, 'it was tried').toBeGreaterThan(begun)
        },
        { timeout: 20_000, interval: 100 },
      )
      gate.fault = undefined
      // As does this: for longer after each failure.
      await vi.waitFor(() => handle.request(), { timeout: 20_000, interval: 100 })
      faults += 1
    })
  })

  const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2020-01-02') }
  const future = { notBefore: new Date('2040-01-01'), notAfter: new Date('2040-01-02') }
  const servers: readonly [name: string, CertificateAuthority, Partial<IssueRequest>, message: RegExp][] = [
    ['has expired', authority, past, /expired/i],
    ['is not yet valid', authority, future, /not yet valid/i],
    ['is for another host', authority, { dnsNames: ['other.example'], ipAddresses: [] }, /altnames|Hostname/i],
    ['is from a stranger', stranger, {}, /unable to (?:verify|get)|self-signed/i],
  ]
  test.each(servers)(
    'a server whose certificate %s: an error, and it is sent nothing',
    async (_name, issuer, changes, message) => {
      const issue = (request: IssueRequest) => issuer.issue({ ...request, ...changes })
      await using server = await client.start({ certificate: authority.certificate, issue })
      await withClient(client, server, { clientCertSource }, async handle => {
        expect(messages(await failure(handle, limits))).toMatch(message)
        expect(server.requests).toEqual([])
        faults += 1
      })
    },
  )

  test('a token server that refuses: its reason in the error, and none when it gives a token', async () => {
    if (client.refuses?.['credentialsFile'] !== undefined) return
    await using tokens = await startTokenServer({ authority })
    await using server = await client.start(authority)
    const credentialsFile = await writeCredentials(folder.path, authorizedUser(tokens))
    const options = { apiKey: null, credentialsFile, universeDomain: 'localhost' }
    await withClient(client, server, options, async handle => {
      tokens.fault = () => ({ status: 400, body: { error: 'invalid_grant' } })
      const error = await failure(handle)
      expect(codes(error)).toContain('token_request_failed')
      expect(messages(error)).toContain('invalid_grant')
      expect(server.requests).toEqual([])
      tokens.fault = undefined
      await handle.request()
      expect(server.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)
      faults += 1
    })
  })
})
