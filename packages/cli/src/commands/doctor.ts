import { Examination } from '../checks/examination.ts'
import { examine } from '../checks/examine.ts'
import type { Finding } from '../checks/finding.ts'
import type { Command, Input } from '../command-line/command.ts'
import { UsageError } from '../errors.ts'
import { sourceFlags } from '../load.ts'
import { knownServices } from '../service.ts'
import type { Style, Terminal } from '../terminal.ts'

const DEFAULT_LIMIT = 10

/** Tries what a client would do, step by step, and says which step fails and why. */
export const doctor: Command = {
  name: 'doctor',
  description: 'Check options, certificate, proxy, endpoint, clock, credentials and quota project of a service.',
  argument: { name: 'SERVICE', isRequired: false, choices: knownServices },
  flags: {
    ...sourceFlags,
    timeout: { value: 'SECONDS', description: `The time limit of each check; ${DEFAULT_LIMIT} by default.` },
    json: { description: 'Print the findings as JSON.' },
  },
  async run(input, terminal) {
    const isJson = input.has('json')
    const examination = new Examination(limitOf(input), terminal.note, finding => {
      if (!isJson) printFinding(finding, terminal)
    })
    await examine(input, examination)
    const { findings } = examination
    if (isJson) terminal.print(JSON.stringify({ ok: examination.isPassed, findings }, null, 2))
    else terminal.print(summaryOf(findings))
    return examination.isPassed ? 0 : 1
  },
}

function limitOf(input: Input): number {
  const text = input.value('timeout') ?? String(DEFAULT_LIMIT)
  const seconds = /^\d{1,3}(?:\.\d)?$/.test(text) ? Number(text) : 0
  if (seconds > 0) return seconds * 1000
  throw new UsageError('--timeout must be a number of seconds, from 0.1 to 999')
}

const styles = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const satisfies Record<
  Finding['status'],
  Style
>

function printFinding({ check, status, code, message, docs }: Finding, { print, style }: Terminal): void {
  const text = code === undefined ? message : `${style('bold', code)}: ${message}`
  print(`${style(styles[status], status.padEnd(8))} ${check.padEnd(12)} ${text}`)
  if (docs !== undefined) print(style('dim', `${' '.repeat(22)}${docs}`))
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter(finding => finding.status === status).length
  return `\nFailed: ${count('failed')}, warnings: ${count('warning')}`
}
