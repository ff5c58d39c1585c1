import { inspect, type InspectOptions } from 'node:util'

import { createAuthority, trustAuthority } from '@client-options/loopback'
import { describe, expect, onTestFinished, test } from 'vitest'

import { createChannelCredentials } from '../src/grpc.ts'
import { ClientOptions, type ClientOptionsInput, resolveSettings } from '../src/index.ts'
import { clients } from './clients/all.ts'

const authority = await createAuthority()
trustAuthority(authority)
const certificate = await authority.issue({ commonName: 'client' })
const clientCertSource = () => certificate
const apiKey = 'AIzaCANARY-api-key'
const secrets = [apiKey, ...certificate.key.split('\n').filter(line => /^[\w+/=]{20,}$/.test(line))]

const booleans = [false, true]
const ways: readonly InspectOptions[] = booleans.flatMap(showHidden =>
  booleans.flatMap(customInspect =>
    booleans.flatMap(getters =>
      booleans.map(showProxy => ({
        showHidden,
        customInspect,
        getters,
        showProxy,
        depth: 5,
        maxStringLength: null,
        maxArrayLength: null,
      })),
    ),
  ),
)

/** The ways of inspection that show a secret; bytes too, which are shown as hexadecimal numbers. */
function leaksOf(value: unknown): string[] {
  return ways.flatMap(way => {
    const shown = inspect(value, way)
    const joined = shown.replaceAll(/\\n|[\s'+]/g, '')
    const found = secrets.filter(
      secret => shown.includes(secret) || joined.includes(secret) || shown.includes(hex(secret)),
    )
    return found.map(secret => `${secret === apiKey ? 'API key' : 'key'} by ${JSON.stringify(way)}`)
  })
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex').slice(0, 40).replace(/../g, '$& ').trim()
}

/** Options and settings have a public getter, which these two together call; SECURITY.md says so. */
const callsGetters = /"showHidden":true,"customInspect":false,"getters":true/

/** The graph of a whole client of Google's takes minutes to inspect in every way. */
const inspected = clients.filter(({ name }) =>
  /^(?:grpc-js|fetch|https.Agent|GoogleAuth.request|(?:Gemini API|Vertex AI), generateContent|Firebase .*)$/.test(name),
)

describe('no way of util.inspect shows a secret of', () => {
  test('options and settings, unless it is told to call hidden getters', () => {
    const options = ClientOptions.from({ apiKey, clientCertSource })
    const settings = resolveSettings(options, { host: 'x.{universeDomain}' }, { env: {} })
    for (const value of [options, settings, [options], { settings }]) {
      expect(leaksOf(value).filter(leak => !callsGetters.test(leak))).toEqual([])
    }
  })

  test.each(inspected)('a client after its first request: $name', { timeout: 60_000 }, async client => {
    await using server = await client.start(authority)
    const key: ClientOptionsInput = client.refuses?.['apiKey'] === undefined ? { apiKey } : {}
    const handle = client.create(server, { ...key, clientCertSource })
    onTestFinished(async () => void (await handle.close()))
    await handle.request()
    expect(leaksOf(handle.rotatable)).toEqual([])
  })

  test('channel credentials', () => {
    expect(leaksOf(createChannelCredentials({ apiKey, clientCertSource }))).toEqual([])
  })
})
