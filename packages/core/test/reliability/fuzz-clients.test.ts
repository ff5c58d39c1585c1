import { recordFigure } from '@client-options/loopback'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { ClientCertificateError } from '../../src/certificates/errors.ts'
import { loadSettings } from '../../src/clients/load-settings.ts'
import { cloudSqlConnectorOptions } from '../../src/cloud-sql-connector.ts'
import { ClientConnectError } from '../../src/credentials/connect-errors.ts'
import { CredentialsFileError } from '../../src/credentials/errors.ts'
import { createFetch } from '../../src/fetch.ts'
import { createAuth } from '../../src/google-auth.ts'
import { createClient } from '../../src/google-cloud.ts'
import { googleapisOptions } from '../../src/googleapis.ts'
import { createChannelCredentials, grpcClientArguments } from '../../src/grpc.ts'
import { createAgent } from '../../src/https.ts'
import { ClientOptionsError, ClientSettingsError } from '../../src/index.ts'
import { fuzz, FUZZ_TIMEOUT } from './fuzzing.ts'
import { hostileValue } from './hostile-values.ts'

const ownErrors = [
  ClientOptionsError,
  ClientSettingsError,
  CredentialsFileError,
  ClientConnectError,
  ClientCertificateError,
]
const service = { host: 'vision.{universeDomain}' }

/** Every function that makes something of options. */
const creators: Readonly<Record<string, { readonly share: number; readonly create: (input: never) => unknown }>> = {
  loadSettings: { share: 0.1, create: input => loadSettings(input, service) },
  createFetch: { share: 0.1, create: input => createFetch(input, service) },
  createAuth: { share: 0.1, create: input => createAuth(input) },
  googleapisOptions: { share: 0.05, create: input => googleapisOptions(input) },
  cloudSqlConnectorOptions: { share: 0.05, create: input => cloudSqlConnectorOptions(input) },
  createAgent: { share: 0.1, create: input => createAgent(input) },
  grpcClientArguments: { share: 0.1, create: input => grpcClientArguments(input, service) },
  createChannelCredentials: { share: 0.1, create: input => createChannelCredentials(input) },
  'createClient, gRPC': { share: 0.05, create: input => createClient(ImageAnnotatorClient, input).close() },
  'createClient, REST': { share: 0.05, create: input => createClient(ImageAnnotatorClient, input, { fallback: true }) },
}

let cases = 0
afterAll(() => recordFigure('Fuzzing', 'hostile options given to clients', cases))
beforeAll(() => {
  vi.stubEnv('HOME', '/nonexistent')
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
})

test.each(Object.keys(creators))('%s gives a client, or an error of this package', { timeout: FUZZ_TIMEOUT }, name => {
  const { create, share } = creators[name] ?? expect.unreachable()
  const seen = { created: 0, refused: 0 }
  cases += fuzz(
    hostileValue,
    recipe => {
      try {
        create(recipe() as never)
        seen.created += 1
      } catch (error) {
        if (!ownErrors.some(kind => isOf(kind, error))) throw error
        seen.refused += 1
      }
    },
    share,
  )
  expect(Math.min(seen.created, seen.refused)).toBeGreaterThan(0)
})

function isOf(kind: new (...args: never[]) => Error, error: unknown): boolean {
  try {
    return error instanceof kind
  } catch {
    return false
  }
}
