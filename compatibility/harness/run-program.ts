import { execFile } from 'node:child_process'
import { copyFile, cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createAuthority, temporaryFolder } from '@client-options/loopback'
import { build } from 'tsdown'

import { environment } from '../../vitest.environment.ts'
import type { Cell, Plan, Uncaught } from '../program/main.ts'
import type { PlainClient } from '../program/plain-clients.ts'
import { pathOf } from './frameworks.ts'
import type { Generation } from './generations.ts'

/** How a program loads modules. */
export type Format = 'CommonJS' | 'ES modules'

const starts: Readonly<Record<Format, string>> = { CommonJS: 'commonjs.cjs', 'ES modules': 'module.mjs' }

/** What a program printed. */
export interface ProgramResult {
  readonly cells: readonly Cell[]
  readonly plainClients: readonly PlainClient[]
  /** Errors that nobody caught, with where they were thrown. */
  readonly uncaught: readonly string[]
}

const LONGEST = 250_000
const bundle = pathOf('compatibility/dist/program')
let built: Promise<unknown> | undefined

/** One file for every Node: what it starts and judges with is in it, and only what it tries is found in the folder. */
function buildProgram(): Promise<unknown> {
  built ??= build({
    config: false,
    entry: [pathOf('compatibility/program/main.ts')],
    outDir: bundle,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    fixedExtension: true,
    shims: true,
    dts: false,
    deps: { alwaysBundle: [/./] },
    logLevel: 'error',
  })
  return built
}

/** Runs the program in the folder on that Node; throws what went wrong when it does not come to its end. */
export async function runProgram(
  folder: string,
  node: string,
  format: Format,
  clients: Generation['clients'],
): Promise<ProgramResult> {
  await buildProgram()
  const program = join(folder, 'program')
  await cp(bundle, program, { recursive: true })
  await copyFile(pathOf(`compatibility/program/${starts[format]}`), join(program, starts[format]))

  await using temporary = await temporaryFolder()
  const { certificate, key } = await createAuthority()
  const authorityPath = join(temporary.path, 'authority.pem')
  await writeFile(authorityPath, certificate)
  const plan: Plan = { authority: { certificate, key }, ...(clients && { clients }) }
  const planPath = join(temporary.path, 'plan.json')
  await writeFile(planPath, JSON.stringify(plan))

  const env = { ...process.env, ...environment, NODE_EXTRA_CA_CERTS: authorityPath }
  const { stdout } = await promisify(execFile)(node, [join(program, starts[format]), planPath], {
    env,
    timeout: LONGEST,
    maxBuffer: 2 ** 26,
  })
  const lines: (Cell | PlainClient | Uncaught)[] = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  return {
    cells: lines.filter(line => 'option' in line),
    plainClients: lines.filter(line => 'differences' in line),
    uncaught: lines.filter(line => 'uncaught' in line).map(({ uncaught }) => uncaught),
  }
}
