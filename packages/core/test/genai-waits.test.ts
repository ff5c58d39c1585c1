import { createAuthority, startGenaiServer, trustAuthority } from '@client-options/loopback'
import { GoogleGenAI } from '@google/genai'
import type * as undici from 'undici'
import { expect, test, vi } from 'vitest'

import { genaiOptions } from '../src/genai.ts'

const made = vi.hoisted((): unknown[] => [])

vi.mock('undici', async importOriginal => {
  const original = await importOriginal<typeof undici>()
  class Agent extends original.Agent {
    constructor(options: undici.Agent.Options) {
      made.push(options)
      super(options)
    }
  }
  return { ...original, Agent }
})

test('undici waits for a response for as long as the model thinks, with a certificate and without', async () => {
  const authority = await createAuthority()
  trustAuthority(authority)
  const certificate = await authority.issue({ commonName: 'one' })
  await using server = await startGenaiServer({ authority, requireClientCertificate: false })
  for (const options of [{}, { clientCertSource: () => certificate }]) {
    const ai = new GoogleGenAI(genaiOptions({ apiKey: 'K', apiEndpoint: server.address, ...options }))
    await ai.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Why is the sky blue?' })
  }
  expect(made.length).toBeGreaterThan(1)
  for (const options of made) expect(options).toMatchObject({ headersTimeout: 0, bodyTimeout: 0 })
})
