import type { ClientIdentity } from '../../certificates/client-identity.ts'

/** An option of Bun's own `fetch`. */
interface BunTls {
  readonly tls?: { readonly cert: string; readonly key: string }
}

/**
 * The client certificate as an option of a request, on Bun; nothing elsewhere. Bun runs its own `fetch` for those of
 * undici and node-fetch, which ignores dispatchers and agents. It keeps connections with different certificates apart.
 * @throws {ClientCertificateError} when the certificate cannot be loaded.
 */
export async function bunTls(identity: ClientIdentity | undefined): Promise<BunTls> {
  if (identity === undefined || process.versions['bun'] === undefined) return {}
  const { certificate, privateKey } = await identity.load()
  return { tls: { cert: certificate, key: privateKey } }
}
