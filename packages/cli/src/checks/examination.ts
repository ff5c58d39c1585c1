import type { Notice } from '@client-options/core'

import { type CheckName, failed, failedWith, type Finding, type Result, warning } from './finding.ts'

/** After this long, a line says what is being waited for. */
const PATIENCE = 500

/** A row of checks, each with a time limit, and what they found. */
export class Examination {
  readonly findings: Finding[] = []
  readonly #limit: number
  readonly #note: (text: string) => void
  readonly #onFinding: (finding: Finding) => void

  /**
   * @param limit Of each check, in milliseconds.
   * @param note Receives a line of progress.
   */
  constructor(limit: number, note: (text: string) => void, onFinding: (finding: Finding) => void) {
    this.#limit = limit
    this.#note = note
    this.#onFinding = onFinding
  }

  get isPassed(): boolean {
    return this.findings.every(({ status }) => status !== 'failed')
  }

  /**
   * Does a check, and keeps what it found; what it throws is what it found.
   * @param waitsFor What a line of progress says, when it takes long.
   */
  async check<Found extends Result>(
    check: CheckName,
    waitsFor: string,
    run: (signal: AbortSignal) => Found | Promise<Found>,
  ): Promise<Found | Result> {
    const controller = new AbortController()
    const { signal } = controller
    const seconds = this.#limit / 1000
    // Not AbortSignal.timeout, which does not keep the process while a check waits for nothing that does.
    const limit = setTimeout(() => controller.abort(), this.#limit)
    const progress = setTimeout(() => this.#note(`... ${waitsFor} (for ${seconds} seconds at most)`), PATIENCE)
    const found = await withLimit(signal, run).catch(error => {
      const message = `Took more than ${seconds} seconds (${waitsFor}); check the network, or raise --timeout`
      return signal.aborted ? failed('timeout', message) : failedWith(error)
    })
    clearTimeout(progress)
    clearTimeout(limit)
    this.add(check, found)
    return found
  }

  /** Keeps notices as warnings, each once. */
  addNotices(check: CheckName, notices: readonly Pick<Notice, 'code' | 'message'>[]): void {
    for (const { code, message } of notices) {
      if (this.findings.every(finding => finding.code !== code)) this.add(check, warning(code, message))
    }
  }

  /** Keeps what is found without a check of its own. */
  add(check: CheckName, { status, code, message, docs }: Result): void {
    const finding: Finding = {
      check,
      status,
      ...(code !== undefined && { code }),
      message,
      ...(docs !== undefined && { docs }),
    }
    this.findings.push(finding)
    this.#onFinding(finding)
  }
}

/** Not everything that takes long can be told to stop. */
async function withLimit<Found>(
  signal: AbortSignal,
  run: (signal: AbortSignal) => Found | Promise<Found>,
): Promise<Found> {
  const limit = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([run(signal), limit])
}
