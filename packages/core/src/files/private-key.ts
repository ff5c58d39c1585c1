import { createPrivateKey, type KeyObject } from 'node:crypto'

/**
 * Reads a PEM private key. Node is given every member that it looks for, since it ends the process when it finds some of
 * them on a prototype of all objects that somebody has polluted.
 * @throws OpenSSL's error, which names a routine, and not the content.
 */
export function parsePrivateKey(key: string, passphrase?: string | Buffer): KeyObject {
  return createPrivateKey({ key, format: 'pem', type: undefined, encoding: undefined, passphrase })
}

/** An unencrypted key as PEM (PKCS#8). */
export function exportPrivateKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem', cipher: undefined, passphrase: undefined }).toString()
}
