/** Writes the tables of the READMEs: `node tools/write-docs.ts`. A test fails when a README is behind. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { testedVersions as gaxVersions } from '../packages/core/src/clients/generated/google-gax.ts'
import { services as handWritten } from '../packages/core/src/clients/hand-written/services.ts'
import { services as jsonApi } from '../packages/core/src/clients/json-api/services.ts'
import { descriptions } from '../packages/core/src/options/descriptions.ts'
import { fieldList } from '../packages/core/src/options/fields.ts'
import type { OptionName } from '../packages/core/src/options/types.ts'
import { formatRows } from './format-rows.ts'

/** What the server, or the user, sees of each option. */
const effects: Record<OptionName, string> = {
  apiEndpoint: 'the host, port (and, over HTTP, base path) that is connected to; a base path over gRPC is an error',
  clientCertSource: 'the TLS client certificate; loaded at the first request',
  clientEncryptedCertSource: 'the same, from files, with PKCS#8 and traditional encrypted keys',
  quotaProjectId: '`x-goog-user-project`, also beside an API key and with a service account',
  credentialsFile: 'a token: of a service account, a user, an external account, ...; the file is checked at creation',
  scopes: "the token's `scope`",
  apiKey: '`x-goog-api-key`',
  apiAudience: "the token's `aud`, exactly",
  universeDomain: 'the host of the service; credentials of another universe are refused before any request',
  tracerProvider: 'a client span of each request, without a secret',
}

/** The READMEs with tables, by their paths from the root. */
export const readmes = ['README.md', 'packages/core/README.md']

/** A README's text with the tables as they should be, of those that it has. */
export function withTables(text: string): string {
  return withTable(withTable(text, 'options', optionTable()), 'clients', clientTable())
}

function withTable(text: string, name: string, table: string): string {
  const begin = `<!-- ${name}: written by tools/write-docs.ts -->`
  const end = `<!-- /${name} -->`
  if (!text.includes(begin)) return text
  const [before, rest] = split(text, begin)
  const [, after] = split(rest, end)
  return `${before}${begin}\n\n${table}\n\n${end}${after}`
}

/** What is not a class that `createClient` takes has its versions where it is bridged to. */
const otherClients = [
  ['`googleapis`, `@googleapis/*`', '`googleapisOptions`', 'googleapis-common 7.2.0, 8.0.3, 9.3.1'],
  ['`@google/genai`', '`genaiOptions`', '2.24.0, 3.3.0'],
  ['`firebase-admin`, over HTTP/1', '`firebaseAdminOptions`', '13.10.0, 14.5.1'],
  ['`@google-cloud/cloud-sql-connector`, its requests', '`cloudSqlConnectorOptions`', '1.13.0'],
]

function clientTable(): string {
  const classes = [...handWritten, ...jsonApi].map(({ className, packageName, testedVersions }) => [
    `\`${className}\` of \`${packageName}\``,
    '`createClient`',
    testedVersions.join(', '),
  ])
  const generated = [
    'every generated class (`*Client`), over gRPC and REST',
    '`createClient`',
    `google-gax ${gaxVersions.join(', ')}`,
  ]
  return formatRows([['Client', 'Through', 'Tested versions'], generated, ...classes, ...otherClients])
}

function optionTable(): string {
  const rows = fieldList.map(({ name, snakeName, environment }) => {
    const spelling = name === snakeName ? `\`${name}\`` : `\`${name}\`<br>\`${snakeName}\``
    const variable = environment === undefined ? '' : ` Or \`${environment}\`.`
    return [spelling, `${descriptions[name]}${variable}`, effects[name]]
  })
  return formatRows([['Option', 'What it is', 'What it does'], ...rows])
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  if (at === -1) throw new Error(`The README has no ${mark}`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}

if (import.meta.main) {
  for (const readme of readmes) {
    const path = fileURLToPath(new URL(`../${readme}`, import.meta.url))
    writeFileSync(path, withTables(readFileSync(path, 'utf8')))
  }
}
