// A body ends at the next five dashes, so that a text which begins again and again is still read once.

/**
 * The certificates in a text, in their order, as one text: a leaf and its chain. What stands between them is left out,
 * so that no key that lies in the same file becomes part of what is shown.
 */
export function certificatesIn(text: string): string | undefined {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----(?:(?!-----)[^])*-----END CERTIFICATE-----/g)
  return blocks === null ? undefined : `${blocks.join('\n')}\n`
}

/** The first private key in a text: PKCS#8 or traditional, encrypted or not. */
export function privateKeyIn(text: string): string | undefined {
  const block = /-----BEGIN ([A-Z ]{0,20}PRIVATE KEY)-----(?:(?!-----)[^])*-----END \1-----/.exec(text)?.[0]
  return block === undefined ? undefined : `${block}\n`
}

/** Whether a PEM private key is encrypted, in either of the two forms. */
export function isEncrypted(privateKey: string): boolean {
  return /^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(privateKey)
}

/** The passphrase that SecureConnect's command writes beside an encrypted key, without the blanks around it. */
export function passphraseIn(text: string): string | undefined {
  const passphrase = /-----BEGIN PASSPHRASE-----((?:(?!-----)[^])*)-----END PASSPHRASE-----/.exec(text)?.[1]?.trim()
  return passphrase === '' ? undefined : passphrase
}
