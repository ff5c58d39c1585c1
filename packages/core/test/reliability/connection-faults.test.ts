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

vi.setConfig({ maxConcurrency: 20, testTimeout: 90_000 })

/**
 * Clients of Google's try again until their limit is over, or for 15 seconds; the others have none, or need none. It is twice
 * that, since many of them are tried at once: what is never told takes minutes.
 */
const longest = 30_000
const connecting = clients.filter(({ isPatient }) => isPatient !== true)

let faults = 0
afterAll(() => recordFigure('Faults', 'broken connections, untrusted servers and refused tokens', faults))

const kinds: readonly GateFault[] = ['refuse', 'handshake', 'request', 'garbage', 'silence']
describe.concurrent.each(kinds)(
  'connections that break, by "%s": an error in time, and no restart is needed',
  fault => {
    test.each(connecting.filter(({ hasLimit }) => fault !== 'silence' || hasLimit === true))('$name', async client => {
      await using gate = await openGate(await client.start(authority))
      await withClient(client, gate, { clientCertSource }, async handle => {
        await handle.request()
        const begun = gate.connections
        gate.fault = fault
        // One that has not seen yet that its connection is closed fails with it; and gRPC waits before it connects anew.
        await vi.waitFor(
          async () => {
            await failure(handle, { limit: 2000, longest })
            expect(gate.connections, 'it was tried').toBeGreaterThan(begun)
          },
          { timeout: 20_000, interval: 100 },
        )
        gate.fault = undefined
        // As does this: for longer after each failure, of which a library that tries again has made several.
        await vi.waitFor(() => handle.request(), { timeout: 40_000, interval: 100 })
        faults += 1
      })
    })
  },
)

const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2020-01-02') }
const future = { notBefore: new Date('2040-01-01'), notAfter: new Date('2040-01-02') }
const untrusted: readonly [name: string, CertificateAuthority, Partial<IssueRequest>, message: RegExp][] = [
  ['has expired', authority, past, /expired/i],
  ['is not yet valid', authority, future, /not yet valid/i],
  ['is for another host', authority, { dnsNames: ['other.example'], ipAddresses: [] }, /altnames|Hostname/i],
  ['is from a stranger', stranger, {}, /unable to (?:verify|get)|self-signed/i],
]
describe.concurrent.each(untrusted)(
  'a server whose certificate %s: an error that says so, and it is sent nothing',
  (_name, issuer, changes, message) => {
    test.each(connecting)('$name', async client => {
      const issue = (request: IssueRequest) => issuer.issue({ ...request, ...changes })
      await using server = await client.start({ ...authority, issue })
      await withClient(client, server, { clientCertSource }, async handle => {
        expect(messages(await failure(handle, { limit: 3000, longest }))).toMatch(message)
        expect(server.requests).toEqual([])
        faults += 1
      })
    })
  },
)

describe.concurrent('a token server that refuses: its reason in the error, and none when it gives a token', () => {
  test.each(clients.filter(({ refuses }) => refuses === undefined))('$name', async client => {
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
