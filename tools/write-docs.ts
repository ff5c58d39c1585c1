/** Writes the option table into the README: `node tools/write-docs.ts`. A test fails when the README is behind. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

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

const readme = fileURLToPath(new URL('../README.md', import.meta.url))
const BEGIN = '<!-- options: written by tools/write-docs.ts -->'
const END = '<!-- /options -->'

/** A README's text with the table as it should be. */
export function withOptionTable(text: string): string {
  const [before, rest] = split(text, BEGIN)
  const [, after] = split(rest, END)
  return `${before}${BEGIN}\n\n${optionTable()}\n\n${END}${after}`
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

if (import.meta.main) writeFileSync(readme, withOptionTable(readFileSync(readme, 'utf8')))
