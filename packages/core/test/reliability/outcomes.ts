import { readFileSync } from 'node:fs'

import type { ClientOptionsInput } from '../../src/index.ts'

/** The secrets of a program, and the files that hold some. */
export interface Plan {
  readonly apiKey: string
  readonly passphrase: string
  readonly password: string
  readonly certPath: string
  readonly keyPath: string
  readonly accountPath: string
  readonly brokenAccountPath: string
  /** A secret that is shown, so that whoever looks for secrets finds one. */
  readonly planted: string
}

export function readPlan(path = ''): Plan {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** What a program has in its hands when it prints, compares or dies. */
export function outcomes(plan: Plan): Readonly<Record<string, () => Promise<unknown>>> {
  const { apiKey, password, certPath, keyPath, passphrase, accountPath, brokenAccountPath, planted } = plan
  // Nobody listens there, so that a request fails with all that it has.
  const apiEndpoint = 'localhost:1'
  const clientEncryptedCertSource = () => ({ certPath, keyPath, passphrase })
  const keyed: ClientOptionsInput = { apiEndpoint, apiKey, clientEncryptedCertSource }
  const ofAccount: ClientOptionsInput = { apiEndpoint, credentialsFile: accountPath, clientEncryptedCertSource }
  const service = { host: 'vision.{universeDomain}' }
  const url = `https://user:${password}@elsewhere.example/?key=${apiKey}`

  // Each loads what it needs, since that takes longer than all the rest.
  const core = () => import('../../src/index.ts')
  const fetchOf = async (options: ClientOptionsInput) =>
    (await import('../../src/fetch.ts')).createFetch(options, service)
  const authOf = async (options: ClientOptionsInput) =>
    (await import('../../src/google-auth.ts')).createAuth(options, service)

  return {
    async 'options and settings'() {
      const { ClientOptions, resolveSettings } = await core()
      return { options: ClientOptions.from(keyed), settings: resolveSettings(keyed, service) }
    },
    'wrong options': () =>
      errorOf(async () => (await core()).ClientOptions.from({ apiKey: `${apiKey}\n`, apiEndpoint: url })),
    'a wrong passphrase': () =>
      errorOf(async () => {
        const wrong = () => ({ certPath, keyPath, passphrase: `${passphrase}!` })
        const fetch = await fetchOf({ ...keyed, clientEncryptedCertSource: wrong })
        await fetch('/')
      }),
    'a broken credentials file': () => errorOf(() => authOf({ credentialsFile: brokenAccountPath })),
    'a URL with user info': () => errorOf(async () => (await fetchOf(keyed))(url)),
    'a refused connection over HTTP': () => errorOf(async () => (await authOf(ofAccount)).request({ url: '/' })),
    'a refused connection over gRPC': () =>
      errorOf(async () => {
        const { createClient } = await import('../../src/google-cloud.ts')
        const { ImageAnnotatorClient } = await import('@google-cloud/vision')
        const client = createClient(ImageAnnotatorClient, ofAccount)
        await client.batchAnnotateImages({ requests: [{}] }, { timeout: 500 })
      }),
    [CARELESS]: async () => new Error(`The key is ${planted}`),
  }
}

/** The outcome that shows the planted secret. */
export const CARELESS = 'a careless message'

async function errorOf(act: () => Promise<unknown>): Promise<unknown> {
  const result: unknown = await act().catch((error: unknown) => error)
  if (result instanceof Error) return result
  throw new TypeError('It was accepted')
}
