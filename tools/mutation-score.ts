/** Says what Stryker found, and why what it could change unnoticed cannot be noticed: `node tools/mutation-score.ts`. */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import { recordFigure } from '../packages/loopback/src/figures.ts'

const root = join(import.meta.dirname, '..')

interface Mutant {
  readonly status: string
  readonly mutatorName: string
  readonly replacement?: string
  readonly location: { readonly start: { readonly line: number } }
}

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>
}

/** Why a change makes no difference, by the file and a part of the line that was changed. */
const reasons: readonly [file: string, line: string, reason: string][] = [
  ['client-options.ts', 'if (!isParsed)', 'a short cut: what the parser gives has no provenance'],
  ['client-options.ts', 'if (this === other)', 'a short cut: the comparison of all values gives the same'],
  ['client-options.ts', "'classes'", 'seen only where two builds are loaded, which is what copies.test.ts does'],
  [
    'client-options.ts',
    'const isInstance =',
    'what is no object makes the next condition throw, and is given back as it is, too',
  ],
  ['credentials-content.ts', 'pay(Number(length)', 'a short cut: each item is paid for, too'],
  ['extend-client-options.ts', 'rows.filter(({ hidden }) => hidden)', 'an own property of the same name comes first'],
  [
    'fields.ts',
    'const USUAL_',
    'a narrower short cut: what it does not take is looked at closely, with the same result',
  ],
  [
    'fields.ts',
    'return usual !== undefined',
    'a short cut: what it does not take is looked at closely, with the same result',
  ],
  ['fields.ts', 'const none =', 'a member that is undefined and one that is not there read the same'],
  ['fields.ts', 'const products =', 'any text that may end a product will do'],
  ['host.ts', 'scheme?.[1]?.', 'the group is there whenever there is a match'],
  ['host.ts', 'match?.[1]?.', 'the expression matches every text, and its first group is always there'],
  ['host.ts', 'match?.[2]', 'the expression matches every text'],
  ['host.ts', 'const match =', 'the expression matches at the beginning of every text, whether it says so or not'],
  ['host.ts', 'if (!/^\\[[0-9a-f:.]+\\]$/', 'what stands before or behind the brackets is refused by URL as well'],
  ['host.ts', '} catch {', 'without a return, a function gives undefined'],
  ['impersonation.ts', "const [targetPrincipal = ''", 'a text has at least one part'],
  ['impersonation.ts', "targetPrincipal = '',", 'of no use when a problem was reported'],
  ['impersonation.ts', "report) ?? ''", 'of no use when a problem was reported'],
  ['impersonation.ts', "typeof key === 'string' && Object.hasOwn", 'a symbol is no key of the table'],
  ['impersonation.ts', "const [name = '', host = ''", 'any text that is no name, or no host, will do'],
  ['file-content.ts', 'const start = text.slice', 'a short cut: the beginning says what it is'],
  ['file-content.ts', 'if (start.length < 20', 'no content is so short, and any text that is none will do'],
  ['file-content.ts', "replaceAll('=', '')", 'padding is taken as well'],
  ['errors.ts', "key.description ?? ''", 'any text that is hidden will do'],
  ['parse.ts', 'const wrong =', 'credentials that are null are not given'],
  ['client-policy.ts', 'parts.reason === undefined', 'what cannot be an endpoint has no host'],
  ['mapping.ts', 'Number.isInteger(length)', 'no integer is of another type'],
  ['shown-key.ts', 'const words =', 'words are counted roughly: what is a key of an API has very many'],
  ['copies.ts', 'globalThis, key', 'seen only where two builds are loaded, which is what copies.test.ts does'],
  ['restrict.ts', 'sharedByCopies', 'seen only where two builds are loaded, which is what copies.test.ts does'],
  ['restrict.ts', 'let policies:', 'a policy that says nothing forbids nothing'],
  ['json-schema.ts', 'pair.every(isJson)', 'of each pair that excludes each other, JSON can hold both or neither'],
  ['nearest.ts', 'next.every(', 'a short cut: what is already too far stays so'],
  ['nearest.ts', 'wanted.length < 3', 'a short cut: what is so short or so long is near no option'],
  ['nearest.ts', 'key.toLowerCase()', 'both sides of the comparison are then in upper case'],
  ['nearest.ts', 'Math.abs(', 'a short cut: texts of such different lengths are at least so far apart'],
  ['nearest.ts', 'start++', 'a short cut: a common beginning adds nothing to the distance'],
  ['nearest.ts', 'end++', 'a short cut: a common end adds nothing to the distance'],
  ['parse.ts', "typeof key === 'string'", 'a symbol is no key of the map'],
  ['parse.ts', 'field.checkNumber?.', 'only an option of an SDK is a number, and it has a check'],
  ['parse.ts', 'const given: AnyField[]', 'what is no field is never looked for'],
  ['parse.ts', 'symbols.length === 0', 'a short cut: no symbols added to the names are the names'],
  ['own-option.ts', 'default:', 'without a return, a function gives undefined'],
  ['provenance.ts', 'sharedByCopies', 'seen only where two builds are loaded, which is what copies.test.ts does'],
  ['provenance.ts', 'made[field.name] !== undefined', 'an option that is not set has no origin'],
  ['policy-check.ts', 'restriction.policies.length > 0', 'a short cut: no policy forbids nothing'],
  ['policy-check.ts', '?.policies ?? []', 'a policy that says nothing forbids nothing'],
  ['policy-check.ts', 'const [, kind, place] =', 'an origin begins with its kind, and the rest of it is its place'],
  ['client-policy.ts', 'item.toLowerCase() : item', 'what is no text was refused'],
  [
    'parse.ts',
    'input === null || Array.isArray',
    'what has no prototype, or another one, is refused by the lines below',
  ],
  ['parse.ts', 'isUsual(field', 'a short cut: what is usual is right when it is looked at closely (usual.test.ts)'],
  ['parse.ts', 'items.slice()', 'a copy of the same items, that takes less memory'],
  ['parse.ts', 'value === null ||', 'null is not given at all, and is never asked'],
  ['endpoint.ts', 'parts.reason !== undefined', 'cannot be: option and service were checked before'],
  ['endpoint.ts', 'Invalid endpoint:', 'cannot be: option and service were checked before'],
  ['endpoint.ts', 'const text =', 'no address has a scheme further on'],
  ['endpoint.ts', 'const address =', 'no variable is found by no name either'],
  ['endpoint.ts', 'name === undefined || address === undefined', 'without a name there is no address'],
  [
    'environment.ts',
    'name === undefined || text === undefined',
    'a name that was found is that of a variable with a text',
  ],
  ['environment.ts', 'check?.(text)', 'each option that a variable stands in for has a check'],
  ['resolve-settings.ts', "fromOption(given, 'anonymous')", 'what counts is whether there is one'],
  [
    'resolve-settings.ts',
    "{ value: 'apiKey', origin:",
    'compared only with the variables of the option, and it has none',
  ],
  [
    'resolve-settings.ts',
    "{ value: 'credentials', origin:",
    'compared only with the variables of the option, and it has none',
  ],
  ['service.ts', "host: ''", 'any text that is no host name will do'],
  ['service.ts', "typeof template === 'string'", 'any text that is no host name will do'],
]

/** Records the score, by file; gives whether each survivor has its reason. */
export function recordMutationScore(): boolean {
  const report: Report = JSON.parse(readFileSync(join(root, 'node_modules', '.cache', 'mutation.json'), 'utf8'))
  const unexplained: string[] = []
  const total = { killed: 0, all: 0 }
  for (const [path, { source, mutants }] of Object.entries(report.files)) {
    const lines = source.split('\n')
    const counted = mutants.filter(({ status }) => ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status))
    const survivors = counted.filter(({ status }) => ['Survived', 'NoCoverage'].includes(status))
    for (const { mutatorName, replacement, location } of survivors) {
      const text = lines[location.start.line - 1] ?? ''
      const reason = reasons.find(([file, part]) => basename(path) === file && text.includes(part))
      if (reason === undefined)
        unexplained.push(`${path}:${location.start.line} ${mutatorName}: ${text.trim()} => ${replacement}`)
    }
    total.all += counted.length
    total.killed += counted.length - survivors.length
  }
  for (const line of unexplained) console.error(`Nothing notices this, and no reason is given: ${line}`)
  const score = `${((100 * total.killed) / total.all).toFixed(1)}%`
  console.log(`${score} of ${total.all} mutants are noticed; ${total.all - total.killed} are not`)
  recordFigure('Mutation testing', 'mutants of options and settings', total.all)
  recordFigure('Mutation testing', 'noticed by the tests', score)
  recordFigure('Mutation testing', 'not noticed, each with its reason', total.all - total.killed)
  return unexplained.length === 0
}

if (import.meta.main && !recordMutationScore()) process.exitCode = 1
