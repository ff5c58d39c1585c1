/**
 * Imported first: what the machine says of endpoints, certificates and roots would change what the demo shows, and
 * grpc-js reads its roots file when it is loaded.
 */
for (const name of Object.keys(process.env)) {
  if (/^(GOOGLE_|CLOUDSDK_|GRPC_DEFAULT_SSL_ROOTS)/.test(name)) delete process.env[name]
}
