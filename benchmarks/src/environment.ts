// Loaded first: what would change a resolution on this machine, or the roots that grpc-js trusts, is unset.
for (const name of Object.keys(process.env)) {
  if (/^(?:GOOGLE_|GCLOUD_|CLOUDSDK_|GRPC_|NODE_EXTRA_CA_CERTS|NODE_COMPILE_CACHE|NODE_OPTIONS)/.test(name)) {
    Reflect.deleteProperty(process.env, name)
  }
}
// No way out of this machine: a client without credentials would ask the metadata server.
process.env['METADATA_SERVER_DETECTION'] = 'none'
