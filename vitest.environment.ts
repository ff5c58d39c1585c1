import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { fieldList } from './packages/core/src/options/fields.ts'

// To some clients an empty one is set, so these are gone before a test's process starts.
for (const service of ['BIGQUERY', 'BIGTABLE', 'DATASTORE', 'FIRESTORE', 'PUBSUB', 'SPANNER', 'STORAGE']) {
  delete process.env[`${service}_EMULATOR_HOST`]
}

/**
 * The tests' environment: whatever would change a resolution on the developer's machine is empty, which means unset.
 * grpc-js reads its roots file when it is loaded, so it has to be gone before any test file starts.
 */
export const environment: Record<string, string> = {
  // A home without gcloud's or SecureConnect's files.
  HOME: join(tmpdir(), 'client-options-empty-home'),
  ...unset(fieldList.flatMap(field => field.environment)),
  ...unset([
    'CLOUDSDK_CONTEXT_AWARE_CERTIFICATE_CONFIG_FILE_PATH',
    'CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE',
    'FIREBASE_AUTH_EMULATOR_HOST',
    'GEMINI_API_KEY',
    'GOOGLE_API_CERTIFICATE_CONFIG',
    'GOOGLE_API_KEY',
    'GOOGLE_API_USE_CLIENT_CERTIFICATE',
    'GOOGLE_API_USE_MTLS_ENDPOINT',
    'GOOGLE_CLOUD_LOCATION',
    'GOOGLE_CLOUD_PROJECT',
    'GOOGLE_GEMINI_BASE_URL',
    'GOOGLE_GENAI_API_VERSION',
    'GOOGLE_GENAI_USE_ENTERPRISE',
    'GOOGLE_GENAI_USE_VERTEXAI',
    'GOOGLE_VERTEX_BASE_URL',
    'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
    ...['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'ALL_PROXY', 'GRPC_PROXY'].flatMap(name => [name, name.toLowerCase()]),
  ]),
}

function unset(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map(name => [name, '']))
}
