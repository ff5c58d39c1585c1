import { readFileSync } from 'node:fs'

import { exclusionsOf, type Field, fieldList } from '../packages/core/src/options/fields.ts'

const kinds: Readonly<Record<Field['kind'], string>> = {
  string: 'A string.',
  strings: 'An array of strings.',
  function: 'A function, sync or async.',
  flag: '`true`; `false` means that it is not set.',
  impersonation:
    'A string, or an object: `targetPrincipal`, and optionally `delegates` (an array of strings) and `lifetimeSeconds` ' +
    '(1 to 43200; 3600 by default).',
  credentials: 'An object, its JSON text, or a function, sync or async, that returns either.',
  tracerProvider: 'An OpenTelemetry `TracerProvider`.',
}

/**
 * The reference of the options in docs/options.md: a section for each, so that each has an anchor.
 * @param comments The doc comment of each option.
 * @param effects What the effect matrix calls the effect of each.
 */
export function optionReference(comments: ReadonlyMap<string, string>, effects: ReadonlyMap<string, string>): string {
  const refusals = readRefusals()
  const sections = fieldList.map(field => {
    const { name, snakeName, kind, secret, environment } = field
    const excluded = (exclusionsOf.get(field) ?? []).map(({ other }) => other.name)
    const facts = [
      ['Type', kinds[kind]],
      ['Effect', `${effects.get(name)}.`],
      ['In snake_case', snakeName === name ? '' : `\`${snakeName}\``],
      [
        'Variable',
        environment.length === 0
          ? ''
          : `${environment.map(name => `\`${name}\``).join(', else ')}, if the option is not set.`,
      ],
      ['Excludes', excluded.map(other => `[\`${other}\`](#${other.toLowerCase()})`).join(', ')],
      ['Secret', secret ? 'Messages, inspection and JSON show a placeholder.' : ''],
      ['Refused by', (refusals.get(name) ?? []).join('; ')],
    ]
    const items = facts.filter(([, text]) => text !== '').map(([title, text]) => `- **${title}**: ${text}`)
    return `### ${name}\n\n${comments.get(name)}\n\n${items.join('\n')}`
  })
  return sections.join('\n\n')
}

/** The clients that refuse each option, as docs/effects.md has it. */
function readRefusals(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL('../docs/effects.md', import.meta.url), 'utf8')
  const [head = [], , ...rows] = text
    .slice(text.indexOf('| Client |'))
    .split('\n')
    .filter(line => line.startsWith('|'))
    .map(line => line.split('|').map(cell => cell.trim()))
  return new Map(
    head.map((cell, column) => [
      cell.replaceAll('`', ''),
      rows.flatMap(([, client = '', ...cells]) => (cells[column - 2]?.startsWith('`') ? [client] : [])),
    ]),
  )
}
