import type { ClientOptions } from '@client-options/core'
import { beforeEach } from 'vitest'

/** What happened to clients, in the order in which it did. */
export const events: string[] = []
beforeEach(() => {
  events.length = 0
})

/** Stands for the client of some API, which closes as such do: later. */
export class Client {
  closed = false

  constructor(
    readonly options: ClientOptions,
    readonly dependency?: unknown,
  ) {
    events.push(`built ${this.name}`)
  }

  get name(): string {
    return this.options.apiEndpoint?.replace('.example.com', '') ?? 'client'
  }

  async close(): Promise<void> {
    await Promise.resolve()
    this.closed = true
    events.push(`closed ${this.name}`)
  }
}

/** How many clients were built, and how many closed. */
export function counts(): { built: number; closed: number } {
  return { built: count('built'), closed: count('closed') }
}

function count(what: string): number {
  return events.filter(event => event.startsWith(what)).length
}
