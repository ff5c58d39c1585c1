import type { LoopbackServer } from '@client-options/loopback'
import { expect } from 'vitest'

import type { ClientOptionsInput } from '../../src/index.ts'
import type { ClientUnderTest, Handle } from '../clients/client-under-test.ts'

/** What a client is created with fails its request at once, and not after the time that the request has. */
const AT_ONCE = 4000

/** Gives a client for the server to a test, and closes it. */
export async function withClient(
  client: ClientUnderTest,
  server: LoopbackServer,
  options: ClientOptionsInput,
  use: (handle: Handle) => Promise<void>,
): Promise<void> {
  const key = client.refuses?.['apiKey'] === undefined ? { apiKey: 'K' } : {}
  const handle = client.create(server, { ...key, ...options })
  try {
    await use(handle)
  } finally {
    await handle.close()
  }
}

/** The error of a request, which has to be there in time and to say something. */
export async function failure(handle: Handle, limits: FailureLimits = {}): Promise<Error> {
  const { limit, longest = AT_ONCE } = limits
  const before = Date.now()
  const error: unknown = await handle.request(limit).then(
    () => expect.unreachable('The request succeeded'),
    (reason: unknown) => reason,
  )
  expect(Date.now() - before).toBeLessThan(longest)
  if (!(error instanceof Error)) return expect.unreachable(`It is no Error: ${typeof error}`)
  expect(error.message).not.toBe('')
  return error
}

interface FailureLimits {
  /** What the request is given. */
  readonly limit?: number
  /** What it may take, also where a client has no limit. */
  readonly longest?: number
}

export function codes(error: unknown): unknown[] {
  return causes(error).map(cause => Reflect.get(cause, 'code'))
}

export function messages(error: unknown): string {
  return causes(error)
    .map(({ message }) => message)
    .join('\n')
}

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : []
}
