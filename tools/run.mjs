// Runs one job of this repository on a machine that has only Node (>= 18) and npm:
// installs once, then starts the job on the Node 24 and the pnpm that are devDependencies.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [job, ...rest] = process.argv.slice(2)
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const stampFile = join(root, 'node_modules', '.run-stamp')

// npm's own variables would make pnpm believe that npm is still in charge.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)_/i.test(name)),
)
Object.assign(environment, { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' })

function run(command, args) {
  const windows = process.platform === 'win32'
  const { status, error } = spawnSync(command, args, { cwd: root, env: environment, stdio: 'inherit', shell: windows })
  if (error) console.error(`Could not start ${command}: ${error.message}`)
  return status ?? 1
}

function installStamp() {
  const hash = createHash('sha256')
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function installOnce() {
  const stamp = installStamp()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  console.log('Installing dependencies (only the first time, about half a minute) ...')
  const status = run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'])
  if (status !== 0) {
    console.error(
      '\nThe installation failed, see above. Check that the package registry can be reached, then run the same command again.',
    )
    process.exit(status)
  }
  writeFileSync(stampFile, stamp)
}

installOnce()
environment.PATH = [join(root, 'node_modules', '.bin'), environment.PATH].join(delimiter)
process.exit(run(join(root, 'node_modules', '.bin', 'pnpm'), ['run', job, ...rest]))
