import { type KeyObject, verify } from 'node:crypto'

/** A JSON Web Token (RFC 7519), decoded. */
interface Jwt {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly signed: Buffer
  readonly signature: Buffer
}

/** What a token must say to be accepted. */
export interface ExpectedToken {
  readonly algorithm: 'RS256' | 'ES256'
  readonly publicKey: KeyObject
  readonly claims: Readonly<Record<string, string>>
}

/** Decodes a token without verifying it; `undefined` for a string that is not a JWT, such as an opaque access token. */
export function decodeJwt(token: string): Jwt | undefined {
  const [header = '', claims = '', signature, ...others] = token.split('.')
  if (signature === undefined || others.length > 0) return undefined
  try {
    const signed = Buffer.from(`${header}.${claims}`)
    return { header: decode(header), claims: decode(claims), signed, signature: Buffer.from(signature, 'base64url') }
  } catch {
    return undefined
  }
}

/** Throws unless the token is signed with the key, says what is expected, and has not expired. */
export function verifyJwt(token: string, { algorithm, publicKey, claims }: ExpectedToken): void {
  const jwt = decodeJwt(token)
  if (jwt === undefined) throw new Error('Invalid token: it is not a JWT')
  if (jwt.header['alg'] !== algorithm) throw new Error(`Invalid token: "alg" is not ${algorithm}`)
  // The signature of a JWT has the two numbers of ECDSA side by side; for RSA this has no meaning.
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  if (!verify('sha256', jwt.signed, key, jwt.signature)) {
    throw new Error('Invalid token: the signature was not made with the key of the account')
  }
  for (const [name, expected] of Object.entries(claims)) {
    const actual = jwt.claims[name]
    const isExpected = Array.isArray(actual) ? actual.includes(expected) : actual === expected
    if (!isExpected) throw new Error(`Invalid token: "${name}" is not ${expected}`)
  }
  const { exp } = jwt.claims
  if (typeof exp !== 'number' || exp * 1000 <= Date.now())
    throw new Error('Invalid token: "exp" is missing or has passed')
}

function decode(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
  if (typeof value !== 'object' || value === null) throw new TypeError('A part of a JWT must be an object')
  return { ...value }
}
