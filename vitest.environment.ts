/**
 * The tests' environment: whatever would change a resolution on the developer's machine is empty, which means unset.
 * grpc-js reads its roots file when it is loaded, so it has to be gone before any test file starts.
 */
export const environment: Record<string, string> = Object.fromEntries(
  [
    'CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE',
    'GOOGLE_API_USE_CLIENT_CERTIFICATE',
    'GOOGLE_API_USE_MTLS_ENDPOINT',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'GOOGLE_CLOUD_QUOTA_PROJECT',
    'GOOGLE_CLOUD_UNIVERSE_DOMAIN',
    'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
  ].map(name => [name, '']),
)
