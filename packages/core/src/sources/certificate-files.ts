import { readVariable } from '../options/environment.ts'
import { checkPath, checkText, toSnakeCase } from '../options/fields.ts'
import { type OptionOrigin, setFileNames } from '../options/provenance.ts'
import type { ClientEncryptedCertSource } from '../options/types.ts'
import type { Entry, EntryContext, Report } from './entry.ts'

/**
 * What stands in a text for a certificate source, which is a function: the paths of two PEM files. The third is the name of
 * the variable that holds the passphrase of the key, since a passphrase has no place in a file of options.
 */
export const certificateProperties = [
  'clientCertificateFile',
  'clientCertificateKeyFile',
  'clientCertificateKeyPassphraseVariable',
] as const

type CertificateProperty = (typeof certificateProperties)[number]

/** The source of the certificate that entries name, and where they name it. */
export interface NamedCertificate {
  readonly source: ClientEncryptedCertSource
  readonly origin: OptionOrigin
}

/**
 * Makes the source. The files are read when a client first connects, and again when they have changed; the passphrase is read with
 * them. The key need not be encrypted.
 */
export function certificateIn(
  entries: ReadonlyMap<string, Entry>,
  { env, nameOf, resolvePath }: EntryContext,
  report: Report,
): NamedCertificate | undefined {
  const [certificate, key, passphrase] = certificateProperties.map(name => readEntry(entries, name, report))
  for (const [entry, missing] of [
    [certificate, key === undefined && 'clientCertificateKeyFile'],
    [key ?? passphrase, certificate === undefined && 'clientCertificateFile'],
  ] as const) {
    if (entry === undefined || missing === false) continue
    report('incomplete_certificate', entry.place, `names one part of a certificate; set ${nameOf(missing)} as well`)
  }
  for (const file of [certificate, key]) {
    const problem = file && checkPath(file.text)
    if (file !== undefined && problem !== undefined) report('invalid_value', file.place, problem)
  }
  if (passphrase !== undefined && readVariable(env, passphrase.text) === undefined) {
    report('missing_variable', passphrase.place, 'names an environment variable that is not set; set it')
  }
  if (certificate === undefined || key === undefined) return undefined
  const certPath = resolvePath(certificate.text)
  const keyPath = resolvePath(key.text)
  const readPassphrase = () => (passphrase === undefined ? '' : (readVariable(env, passphrase.text) ?? ''))
  const source = () => ({ certPath, keyPath, passphrase: readPassphrase() })
  const names = { certPath: fileNamedBy(certificate), keyPath: fileNamedBy(key) }
  return { source: setFileNames(source, names), origin: certificate.origin }
}

/** What an error calls the file: by what its user wrote. */
function fileNamedBy({ origin, place }: Entry): string {
  const [, file] = /^file:(.*)$/s.exec(origin) ?? []
  return `the file that ${file === undefined ? place.variable : `${place.property} in ${file}`} names`
}

function readEntry(
  entries: ReadonlyMap<string, Entry>,
  name: CertificateProperty,
  report: Report,
): (Entry & { readonly text: string }) | undefined {
  const camel = entries.get(name)
  const snake = entries.get(toSnakeCase(name))
  if (camel !== undefined && snake !== undefined) {
    report('duplicate_option', snake.place, `is set as both ${name} and ${toSnakeCase(name)}; remove one`)
  }
  const entry = camel ?? snake
  if (entry === undefined || entry.value === null) return undefined
  const { value, place } = entry
  if (typeof value !== 'string') {
    report('invalid_type', place, 'must be a string')
    return { ...entry, text: '' }
  }
  const problem = checkText(value)
  if (problem !== undefined) report('invalid_value', place, problem)
  return { ...entry, text: value }
}
