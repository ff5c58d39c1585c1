const MAX_SHOWN = 40
const SECRETS_ARE_LONGER_THAN = 20

/**
 * A key of the user's as an error may show it: shortened, and only if it looks like an identifier, since a mapping that went
 * wrong may have a secret for a key.
 */
export function shownKey(key: string): string {
  if (!looksLikeIdentifier(key)) return '[hidden]'
  return key.length > MAX_SHOWN ? `${key.slice(0, MAX_SHOWN)}...` : key
}

/** Made of words, as names are and keys of APIs are not: those change between letters, capitals and digits all the time. */
function looksLikeIdentifier(key: string): boolean {
  if (!/^[A-Za-z_$][\w$.-]*$/.test(key)) return false
  if (key.length <= SECRETS_ARE_LONGER_THAN) return true
  const words = key.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? []
  const digits = key.replaceAll(/\D/g, '').length
  return digits <= 3 && key.length / words.length >= 3
}
