/**
 * Runs the suites that show what this code withstands, and writes what they counted into docs/reliability.md:
 *
 *     node tools/reliability.ts            all of them, for long: more than a million cases, a hundred rotations of each client, each mutant
 *     node tools/reliability.ts --quick    with as few cases as `npm test` has, and without the mutants
 *     node tools/reliability.ts --suites   the suites for long, without the mutants
 *     node tools/reliability.ts --mutants  the mutants alone
 *     node tools/reliability.ts --render   runs nothing, and writes the document anew
 *
 * The seed of the cases is another one each time, unless FUZZ_SEED gives it; FUZZ_CASES and LOAD_ROTATIONS give the
 * number of cases of a property, and of rotations.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { recordFigure } from '../packages/loopback/src/figures.ts'
import { formatRows } from './format-rows.ts'
import { recordMutationScore } from './mutation-score.ts'

const root = join(import.meta.dirname, '..')
const figuresPath = join(root, 'docs', 'reliability.json')
const document = join(root, 'docs', 'reliability.md')

/** What each section shows, and the suite that shows it. */
const sections: Readonly<Record<string, string>> = {
  Fuzzing:
    'Hostile values go into every way in: `new`, `from`, `safeParse`, `with`, the Standard Schema, settings, files, certificate sources, URLs, every client and both adapters. What comes out is frozen and valid, or an error of this package that says why; nothing that a mapping inherits is honoured, no prototype changes, every key is read once. And every word of the source is put on the prototype of all objects in turn, without effect. Suites: `fuzz-*`, `pollution*` and `other-hosts` in `packages/core/test/reliability`, `packages/{nestjs,inversify}/test/{fuzz,pollution}.test.ts`.',
  'Linear time':
    'Inputs on which a quadratic step would take hours. Suite: `packages/core/test/reliability/linear-time.test.ts`.',
  'Canary secrets':
    'A secret of every kind is planted and then looked for in what comes out: messages, causes, stacks, `util.inspect` at any depth, JSON, `structuredClone`, the console, spans, process warnings; snapshots and what a test says of a difference; the output of a process that dies, and the report that Node writes on it; the debug logs (`NODE_DEBUG=*`, `GRPC_TRACE=all`, `GOOGLE_SDK_NODE_LOGGING=*`); the errors and logs of NestJS and Inversify; the demo; and whatever can be reached from a client. Each search is shown to find a secret that is there. Suites: `canaries`, `misplaced-secrets`, `written-secrets` and `debug-logs` in `packages/core/test/reliability`, `packages/*/test/own-errors.test.ts`, `tests/demo.test.ts`.',
  'No leak across':
    'Redirects, token servers, proxies, plain HTTP and URLs made to be misread; and the tenants of one application. Suites: `packages/core/test/reliability/other-hosts.test.ts`, `packages/core/test/isolation.test.ts`, `packages/*/test/tenants.test.ts`.',
  'Credential files from outside':
    'What somebody gets who can write the credentials file, but not the code. Suite: `packages/core/test/reliability/credential-files.test.ts`.',
  Faults:
    'On real sockets, with every client: connections that are refused, or closed in the handshake or in a request, garbage and silence; servers with a certificate that has expired, is not yet valid, for another host or from a stranger; certificate sources that throw, give garbage, another’s key or an untimely certificate, flap, take their time or never answer; files that are written half, pipes and devices; token servers that refuse. Each gives an error in time that names the fault, and the next request works once the fault is over. Suites: `connection-faults` and `certificate-faults` in `packages/core/test/reliability`, `packages/core/test/token-server-faults.test.ts`.',
  'Rotation under load':
    'Eight callers without a pause while the certificate is rotated. No request fails, no certificate is shown after its time, and neither handles nor memory grow. Suite: `packages/core/test/reliability/rotation-under-load.test.ts`.',
  Dependencies: 'Checked by `tools/check-dependencies.ts`.',
  'Mutation testing':
    'Stryker changes the source of options and settings in every way it knows, and the tests have to notice. `tools/mutation-score.ts` holds the reason for each change that cannot be noticed, and fails when there is another.',
}

/** The figures by section and name. */
type Figures = Record<string, Record<string, string | number>>

/** docs/reliability.md, made of the figures. */
export function renderReliability(): string {
  const figures = readFigures()
  const { Node: node, date, mode, seed } = figures['Run'] ?? {}
  const cases = total(figures['Fuzzing'])
  const parts = Object.entries(sections).map(([name, text]) => {
    const rows = Object.entries(figures[name] ?? {})
    if (name === 'Fuzzing') rows.push(['all together', cases])
    const shown = rows.map(([what, figure]): [string, string] => [what, figure.toLocaleString('en')])
    const table = rows.length === 0 ? 'Not run yet.' : formatRows([['What', 'Figure'], ...shown])
    return `## ${name}\n\n${text}\n\n${table}\n`
  })
  const head = `# What this code withstands

Written by \`npm run reliability\`, from what the suites counted: **${mode}** with ${cases.toLocaleString('en')} cases of fuzzing, on
${date}, Node ${node}, seed ${seed}. The same suites are part of \`npm test\`, with fewer cases. What is promised stands in
[SECURITY.md](../SECURITY.md).
`
  return [head, ...parts].join('\n')
}

function total(section: Figures[string] = {}): number {
  return Object.values(section).reduce<number>((sum, figure) => (typeof figure === 'number' ? sum + figure : sum), 0)
}

function readFigures(): Figures {
  return existsSync(figuresPath) ? JSON.parse(readFileSync(figuresPath, 'utf8')) : {}
}

/** Puts the figures of a run in the place of the former ones of their sections. */
function keepFigures(lines: string): void {
  const run: Figures = {}
  for (const line of lines.trim().split('\n').toSorted()) {
    const { section, name, figure }: { section: string; name: string; figure: string | number } = JSON.parse(line)
    const former = run[section]?.[name]
    const both = typeof former === 'number' && typeof figure === 'number' ? former + figure : figure
    Object.assign((run[section] ??= {}), { [name]: both })
  }
  writeFileSync(figuresPath, `${JSON.stringify({ ...readFigures(), ...run }, null, 2)}\n`)
}

/** Says what is done now, since it takes its time, and does it. */
function run(
  what: string,
  command: string,
  args: readonly string[],
  environment: Readonly<NodeJS.ProcessEnv> = {},
): void {
  console.log(`\n=== ${what}`)
  const env = { ...environment, ...process.env }
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' })
  if (status === 0) return
  console.error(`${command} failed, see above; docs/reliability.md is left as it was`)
  process.exit(1)
}

const projects = ['core', 'nestjs', 'inversify']
const suites = [
  'test/reliability/',
  'fuzz.test.ts',
  'pollution',
  'own-errors',
  'tenants',
  'isolation',
  'token-server-faults',
]
/** 13.5 properties have so many cases each: more than a million together. So many rotations has each of some 40 clients. */
const longAmount = { FUZZ_CASES: '100000', LOAD_ROTATIONS: '100' }

/** What `--quick` or nothing runs, or one of both parts of a long run. */
type Mode = '--quick' | '--suites' | '--mutants' | undefined

function main(mode: Mode): void {
  const lines = join(mkdtempSync(join(tmpdir(), 'reliability-')), 'figures.jsonl')
  process.env['RELIABILITY_FIGURES'] = lines
  const today = new Date().toISOString().slice(0, 10)
  if (mode !== '--mutants') runSuites(mode === '--quick', today)
  if (mode !== '--quick' && mode !== '--suites') runMutants(today)
  keepFigures(readFileSync(lines, 'utf8'))
}

function runSuites(quick: boolean, today: string): void {
  const seed = (process.env['FUZZ_SEED'] ??= quick ? '20261124' : String(Date.now() % 2 ** 31))
  const args = ['run', ...projects.flatMap(project => ['--project', project]), ...suites]
  if (quick) run('The suites, as in npm test (a minute)', 'vitest', args)
  else run('The suites, for long (15 minutes)', 'vitest', [...args, '--reporter=verbose'], longAmount)
  run('The dependencies', process.execPath, [join(root, 'tools', 'check-dependencies.ts')])
  recordFigure('Run', 'mode', quick ? 'a quick run' : 'a long run')
  recordFigure('Run', 'date', today)
  recordFigure('Run', 'Node', process.versions.node)
  recordFigure('Run', 'seed', seed)
}

function runMutants(today: string): void {
  run('The mutants (45 minutes, or what has changed since the last time)', 'stryker', ['run'])
  if (!recordMutationScore()) process.exitCode = 1
  recordFigure('Mutation testing', 'run on', today)
}

function isMode(text: string | undefined): text is Mode {
  return text === undefined || ['--quick', '--suites', '--mutants'].includes(text)
}

if (import.meta.main) {
  const [mode] = process.argv.slice(2)
  if (isMode(mode)) main(mode)
  else if (mode !== '--render') throw new Error('Unknown argument; use --quick, --suites, --mutants or --render')
  writeFileSync(document, renderReliability())
}
