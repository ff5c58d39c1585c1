import { createPrivateKey } from 'node:crypto'

/**
 * Encrypts a private key, for `clientEncryptedCertSource`.
 *
 * @param key PEM, not encrypted.
 * @param passphrase What decrypts it.
 * @param form `traditional` is the older form that starts with `Proc-Type: 4,ENCRYPTED`.
 * @returns The encrypted key as PEM.
 */
export function encryptKey(key: string, passphrase: string, form: 'pkcs8' | 'traditional' = 'pkcs8'): string {
  const privateKey = createPrivateKey(key)
  const encryption = { format: 'pem', cipher: 'aes-256-cbc', passphrase } as const
  if (form === 'pkcs8') return privateKey.export({ type: 'pkcs8', ...encryption }).toString()
  const type = privateKey.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1'
  return privateKey.export({ type, ...encryption }).toString()
}
