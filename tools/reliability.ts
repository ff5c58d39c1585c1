/**
 * Runs the suites that show what this code withstands, and writes what they counted into docs/reliability.md:
 *
 *     node tools/reliability.ts            all of them, for long: more than a million cases, a thousand rotations, each mutant
 *     node tools/reliability.ts --quick    with as few cases as `npm test` has, and without the mutants
 *     node tools/reliability.ts --render   runs nothing, and writes the document anew
 *
 * The seed of the cases is another one each time, unless FUZZ_SEED gives it.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { recordMutationScore } from './mutation-score.ts'

const root = join(import.meta.dirname, '..')
const figuresFolder = join(root, 'docs', 'reliability')
const document = join(root, 'docs', 'reliability.md')

/** What each section shows, and the suite that shows it. */
const sections: Readonly<Record<string, string>> = {
  Fuzzing:
    'Hostile values go into every way in: `new`, `from`, `safeParse`, `with`, the Standard Schema, settings, files, certificate sources, every client and both adapters. What comes out is frozen and valid, or an error of this package that says why; nothing inherited is honoured, no prototype changes, every key is read once. Suites: `packages/core/test/reliability/fuzz-*.test.ts`, `packages/nestjs/test/fuzz.test.ts`, `packages/inversify/test/fuzz.test.ts`.',
  'Linear time':
    'Inputs on which a quadratic step would take hours. Suite: `packages/core/test/reliability/linear-time.test.ts`.',
  'Canary secrets':
    'A secret of every kind is planted and then looked for in what comes out: messages, causes, stacks, `util.inspect`, JSON, `structuredClone`, the console, the debug logs of a process of its own (`NODE_DEBUG=*`, `GRPC_TRACE=all`, `GOOGLE_SDK_NODE_LOGGING=*`) and whatever can be reached from a client. Suites: `packages/core/test/reliability/canaries.test.ts` and `debug-logs.test.ts`.',
  'No leak across':
    'Redirects, token servers, proxies, plain HTTP and URLs made to be misread; and the tenants of one application. Suites: `packages/core/test/reliability/other-hosts.test.ts`, `packages/core/test/isolation.test.ts`, `packages/*/test/tenants.test.ts`.',
  'Credential files from outside':
    'What somebody gets who can write the credentials file, but not the code. Suite: `packages/core/test/reliability/credential-files.test.ts`.',
  Faults:
    'On real sockets, with every client: connections that are refused, or closed in the handshake or in a request, garbage and silence; servers with a certificate that has expired, is not yet valid, for another host or from a stranger; certificate sources that throw, give garbage, another’s key or an untimely certificate, flap, take their time or never answer; files that are written half, pipes and devices; token servers that refuse. Each gives an error in time that names the fault, and the next request works once the fault is over. Suites: `packages/core/test/reliability/faults.test.ts`, `packages/core/test/token-server-faults.test.ts`.',
  'Rotation under load':
    'Eight callers without a pause while the certificate is rotated. No request fails, no certificate is shown after its time, and neither handles nor memory grow. Suite: `packages/core/test/reliability/rotation-under-load.test.ts`.',
  Dependencies: 'Checked by `tools/check-dependencies.ts`.',
  'Mutation testing':
    'Stryker changes the source of options and settings in every way it knows, and the tests have to notice. `tools/mutation-score.ts` holds the reason for each change that cannot be noticed, and fails when there is another.',
}

interface Section {
  readonly section: string
  readonly figures: Readonly<Record<string, string>>
}

/** docs/reliability.md, made of the figures. */
export function renderReliability(): string {
  const found = new Map(readSections().map(({ section, figures }) => [section, figures]))
  const parts = Object.entries(sections).map(([name, text]) => {
    const rows = Object.entries(found.get(name) ?? {})
    const table = formatRows([['What', 'Figure'], ...rows.toSorted(([one], [other]) => (one < other ? -1 : 1))])
    return `## ${name}\n\n${text}\n\n${rows.length === 0 ? 'Not run yet.' : table}\n`
  })
  const head = `# What this code withstands

Written by \`npm run reliability\`, from what the suites counted when they last ran for long. \`npm test\` runs all of them but
the last for short. What is promised stands in [SECURITY.md](../SECURITY.md).
`
  return [head, ...parts].join('\n')
}

function readSections(): readonly Section[] {
  return readdirSync(figuresFolder)
    .filter(name => name.endsWith('.json'))
    .map(name => JSON.parse(readFileSync(join(figuresFolder, name), 'utf8')))
}

/** Aligned, as the formatter of this repository writes a table. */
function formatRows(rows: readonly (readonly [string, string])[]): string {
  const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const lines = rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '))
  lines.splice(1, 0, widths.map(width => '-'.repeat(width)).join(' | '))
  return lines.map(line => `| ${line} |`).join('\n')
}

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): void {
  const env = { ...process.env, ...environment }
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' })
  if (status === 0) return
  console.error(`${command} failed, see above; docs/reliability.md is left as it was`)
  process.exit(1)
}

function main(quick: boolean): void {
  process.env['RELIABILITY_FIGURES'] = figuresFolder
  const mutation = 'mutation-testing.json'
  mkdirSync(figuresFolder, { recursive: true })
  for (const name of readdirSync(figuresFolder)) if (name !== mutation) rmSync(join(figuresFolder, name))

  const long = { FUZZ_CASES: '200000', FUZZ_SEED: String(Date.now() % 2 ** 31), LOAD_ROTATIONS: '1000' }
  const suites = ['test/reliability/', 'test/fuzz.test.ts', 'test/tenants.test.ts', 'test/isolation.test.ts']
  const projects = ['core', 'nestjs', 'inversify'].flatMap(project => ['--project', project])
  run('vitest', ['run', ...projects, ...suites], quick ? {} : { ...long, ...pick('FUZZ_SEED') })
  run(process.execPath, [join(root, 'tools', 'check-dependencies.ts')])
  if (!quick) {
    run('stryker', ['run'])
    if (!recordMutationScore()) process.exit(1)
  }
}

function pick(name: string): Record<string, string> {
  const value = process.env[name]
  return value === undefined ? {} : { [name]: value }
}

if (import.meta.main) {
  const [mode] = process.argv.slice(2)
  if (mode !== '--render') main(mode === '--quick')
  writeFileSync(document, renderReliability())
}
