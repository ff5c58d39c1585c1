import { fieldList } from '../packages/core/src/options/fields.ts'
import { otherNames } from '../packages/core/src/options/other-names.ts'
import { formatRows } from './format-rows.ts'

/** The table of docs/recipes/migration.md: options of Google's clients that are client options under another name. */
export function tableOfOtherNames(): string {
  const rows = Object.entries(otherNames).map(([name, advice]) => [`\`${name}\``, instead(advice)])
  return formatRows([['Option of a Google client', 'With `createClient`'], ...rows])
}

/** A sentence, in which names are code. */
function instead(advice: string): string {
  const names = fieldList.map(({ name }) => name).join('|')
  const code = advice.replaceAll(new RegExp(`\\b(?:${names}|host:port|http://)(?!\\w)`, 'g'), '`$&`')
  return code.charAt(0).toUpperCase() + code.slice(1)
}
