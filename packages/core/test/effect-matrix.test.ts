import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { createAuthority, type LoopbackServer, temporaryFolder, trustAuthority } from '@client-options/loopback'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { fieldList } from '../src/options/fields.ts'
import { allClients } from './clients/all.ts'
import { createEvidence } from './effects/effects.ts'
import { tryOption } from './effects/try-option.ts'

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const evidence = await createEvidence(authority, folder.path)
const { effects, foreignCredentials } = evidence
afterAll(() => evidence.close())

test('every option has a row, and every row is an option', () => {
  expect(Object.keys(effects)).toEqual(fieldList.map(({ name }) => name))
})

describe.each(allClients)('$name', client => {
  let server: LoopbackServer

  beforeAll(async () => {
    server = await client.start(authority)
    return () => server.close()
  })

  test.each(fieldList.map(({ name }) => name))('%s', async name => {
    const code = client.refuses?.[name]
    const expected = code === undefined ? { result: 'in effect' } : { result: 'refused', code }
    expect(await tryOption(client, server, evidence, name)).toMatchObject(expected)
  })

  test('credentials of another universe are refused at creation', () => {
    if (client.refuses?.['credentialsFile'] !== undefined) return
    for (const given of foreignCredentials) {
      if (Object.keys(given).some(name => client.refuses?.[name] !== undefined)) continue
      expect(() => client.create(server, given)).toThrow(expect.objectContaining({ code: 'universe_mismatch' }))
    }
  })
})

const document = fileURLToPath(new URL('../../../docs/effects.md', import.meta.url))

test('docs/effects.md is this matrix (else run with UPDATE_DOCS=1)', () => {
  const text = describeMatrix()
  if (process.env['UPDATE_DOCS']) writeFileSync(document, text)
  expect(readFileSync(document, 'utf8')).toBe(text)
})

function describeMatrix(): string {
  const options = fieldList.map(({ name }) => name)
  const seen = options.map(name => [`\`${name}\``, effects[name].effect])
  const cells = allClients.map(({ name: client, refuses }) => [
    client,
    ...options.map(name => (refuses?.[name] === undefined ? '✓' : `\`${refuses[name]}\``)),
  ])
  return `# What each option does in each client

Written by \`packages/core/test/effect-matrix.test.ts\`, which shows each cell on a loopback server, with an API key and with a
service account where both apply.

## What the server saw

${tableOf([['Option', 'In effect means'], ...seen])}

## In which client

✓ is an option in effect. A code is that of the error that creating the client throws; its message names the option.

${tableOf([['Client', ...options.map(name => `\`${name}\``)], ...cells])}
`
}

function tableOf([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '-'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
