/**
 * Writes what the options and the clients say of themselves where it is read: `node tools/write-docs.ts`. Tests fail when a file
 * is behind.
 * - the doc comments of `OptionTypes` into `options/descriptions.ts`, for the JSON Schema;
 * - the JSON Schema of option files;
 * - these, and what the effect matrix saw (docs/effects.md), into the READMEs' tables of options;
 * - the tables of services into their tables of clients;
 * - the doc comments of the error codes into docs/errors.md;
 * - the option table and its comments into docs/options.md;
 * - the other names of options into docs/recipes/migration.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'

import { testedVersions as gaxVersions } from '../packages/core/src/clients/generated/google-gax.ts'
import { services as handWritten } from '../packages/core/src/clients/hand-written/services.ts'
import { services as jsonApi } from '../packages/core/src/clients/json-api/services.ts'
import { fieldList } from '../packages/core/src/options/fields.ts'
import { optionFileJsonSchema } from '../packages/core/src/sources/file-schema.ts'
import { withErrors } from './error-codes.ts'
import { formatRows } from './format-rows.ts'
import { optionReference } from './options-page.ts'
import { tableOfOtherNames } from './other-names.ts'

const root = new URL('..', import.meta.url)
const errors = new URL('docs/errors.md', root)
const options = new URL('docs/options.md', root)
const migration = new URL('docs/recipes/migration.md', root)
/** The READMEs with tables, by their paths from the root. */
export const readmes = ['README.md', 'packages/core/README.md']
const types = new URL('packages/core/src/options/types.ts', root)
const schema = new URL('packages/core/client-options.schema.json', root)
const descriptions = new URL('packages/core/src/options/descriptions.ts', root)

/** The text of the published schema. */
export function fileSchema(): string {
  return `${JSON.stringify(optionFileJsonSchema, undefined, 2)}\n`
}

/** The text of options/descriptions.ts. */
export function describeOptions(): string {
  const rows = [...commentsOfOptions()].map(([name, comment]) => {
    const line = `  ${name}: ${quote(comment.replaceAll('`', ''))},\n`
    // As the formatter breaks a line that is too long.
    return line.length > 121 ? line.replace(': ', ':\n    ') : line
  })
  return `import type { OptionName } from './types.ts'

/**
 * The doc comments of \`OptionTypes\`, for the JSON Schema; written by tools/write-docs.ts. Apart from the table, so that who imports
 * the class alone does not load them.
 */
export const descriptions: Readonly<Record<OptionName, string>> = {
${rows.join('')}}
`
}

function commentsOfOptions(): ReadonlyMap<string, string> {
  const [, body] = split(readFileSync(types, 'utf8'), 'export interface OptionTypes {\n')
  const [members] = split(body, '\n}\n')
  const matches = members.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\s*readonly (\w+):/gs)
  return new Map(
    [...matches].map(([, comment = '', name = '']) => [name, comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim()]),
  )
}

/** As the formatter would. */
function quote(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`
}

/** What the effect matrix calls the effect of each option. */
function effectsOfOptions(): ReadonlyMap<string, string> {
  const [, text] = split(readFileSync(new URL('docs/effects.md', root), 'utf8'), '## What the server saw\n')
  const rows = text.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)
  return new Map([...rows].map(([, name = '', effect = '']) => [name, effect]))
}

/** A README's text with the tables as they should be, of those that it has. */
export function withTables(text: string): string {
  return withTable(withTable(text, 'options', optionTable()), 'clients', clientTable())
}

/** The text of docs/options.md with its sections as they should be. */
export function withOptionReference(text: string): string {
  return withTable(text, 'option reference', optionReference(commentsOfOptions(), effectsOfOptions()))
}

/** The text of docs/recipes/migration.md with its table as it should be. */
export function withOtherNames(text: string): string {
  return withTable(text, 'other names', tableOfOtherNames())
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
  const comments = commentsOfOptions()
  const effects = effectsOfOptions()
  const rows = fieldList.map(({ name, snakeName, environment }) => {
    const spelling = name === snakeName ? `\`${name}\`` : `\`${name}\`<br>\`${snakeName}\``
    const variable = environment.length === 0 ? '' : ` Or ${environment.map(name => `\`${name}\``).join(' or ')}.`
    return [spelling, `${comments.get(name)}${variable}`, effects.get(name) ?? '']
  })
  return formatRows([['Option', 'What it is', 'What it does'], ...rows])
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  if (at === -1) throw new Error(`There is no ${mark}`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}

if (import.meta.main) {
  writeFileSync(descriptions, describeOptions())
  writeFileSync(schema, fileSchema())
  writeFileSync(errors, withErrors(readFileSync(errors, 'utf8')))
  writeFileSync(options, withOptionReference(readFileSync(options, 'utf8')))
  writeFileSync(migration, withOtherNames(readFileSync(migration, 'utf8')))
  for (const path of readmes) {
    const readme = new URL(path, root)
    writeFileSync(readme, withTables(readFileSync(readme, 'utf8')))
  }
}
