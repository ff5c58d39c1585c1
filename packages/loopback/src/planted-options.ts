/** Secrets that are given to an adapter as options, by what they are. */
export const plantedSecrets = new Map([
  ['API key', 'canary-api-key-7f3a'],
  ['passphrase', 'canary-passphrase-7f3a'],
  ['private key', 'canary-private-key-7f3a'],
  ['password in a URL', 'canary-password-7f3a'],
])
const [apiKey, passphrase, privateKey, password] = plantedSecrets.values()

/** Options that hold secrets and are right. */
export const plantedOptions = {
  apiKey,
  apiEndpoint: 'a.example.com',
  clientEncryptedCertSource: () => ['client.crt', 'client.key', String(passphrase)] as const,
}

/** Options that hold each of the secrets where it is wrong. */
export const wrongPlantedOptions = {
  apiKey: `${apiKey}\n`,
  apiEndpoint: `https://user:${password}@a.example.com`,
  clientCertSource: { cert: 'certificate', key: privateKey },
  clientEncryptedCertSource: ['client.crt', 'client.key', passphrase],
}
