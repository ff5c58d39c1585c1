import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { startHttpServer, temporaryFolder } from '@client-options/loopback'
import { BigQuery } from '@google-cloud/bigquery'
import { Storage } from '@google-cloud/storage'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../../google-cloud.ts'
import { type ClientPackage, dependencyOf, packagesBehind } from './client-package.ts'
import type { Send, TeenyOptions } from './teeny-messages.ts'
import { handOverMarkedRequests, marked, requireTried, triedVersions } from './teeny-request.ts'

type TeenyRequest = Send & { defaults: (defaults: object) => Send }

/** The version of each package, in the copy that the package before it gets. */
function versionsAlong(clientClass: typeof Storage | typeof BigQuery, ...names: readonly string[]): object {
  let [found] = packagesBehind(clientClass)
  const versions: Record<string, string> = {}
  for (const name of [undefined, ...names]) {
    if (name !== undefined && found !== undefined) found = dependencyOf(found, name)
    versions[found?.name ?? 'not found'] = found?.version ?? 'none'
  }
  return versions
}

test('the installed versions are those that the undocumented parts were tried with', () => {
  expect({
    ...versionsAlong(Storage, 'teeny-request'),
    ...versionsAlong(BigQuery, '@google-cloud/common', 'teeny-request'),
  }).toEqual(triedVersions)
})

describe('versions', () => {
  const tried = triedVersions['teeny-request'] ?? ''

  function installed(version: string): ClientPackage {
    return { name: 'teeny-request', version, require: createRequire(import.meta.url) }
  }

  test('a package that cannot be found is refused by name', () => {
    expect(() => requireTried('@google-cloud/common', undefined)).toThrow(/@google-cloud\/common cannot be found/)
    expect(() => requireTried('@google-cloud/common', installed(tried))).toThrow(
      /@google-cloud\/common cannot be found/,
    )
  })

  test.each([tried, '11.1.2', '11.2.0', '11.10.0'])('%s is taken', version => {
    expect(requireTried('teeny-request', installed(version)).version).toBe(version)
  })

  test.each(['11.1.0', '11.0.9', '10.9.9', '12.0.0', '111.1.1', 'unknown'])('%s is refused by name', version => {
    expect(() => requireTried('teeny-request', installed(version))).toThrow(
      expect.objectContaining({ code: 'unsupported_library', message: expect.stringContaining(version) }),
    )
  })
})

describe('a client whose package is not as it was', () => {
  /** Installs packages as npm would, each below the one before it, and gives the class of the first. */
  async function classOf(...packages: readonly (readonly [name: string, version: string])[]) {
    const temporary = await temporaryFolder()
    onTestFinished(() => temporary[Symbol.asyncDispose]())
    let folder = temporary.path
    const files: string[] = []
    for (const [name, version] of packages) {
      folder = join(folder, 'node_modules', name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, main: 'index.js' }))
      files.push(join(folder, 'index.js'))
      writeFileSync(files.at(-1) ?? '', source)
    }
    return createRequire(import.meta.url)(files[0] ?? '').Client
  }
  const source = `exports.Client = class { constructor({ universeDomain }) {} getRequestInterceptors() {} }`

  test.each([
    ['unsupported_library', /storage 9\.0\.0 is not known here/, [['@google-cloud/storage', '9.0.0']]],
    ['unsupported_library', /storage 7\.19\.0 is not known here/, [['@google-cloud/storage', '7.19.0']]],
    [
      'unsupported_library',
      /common 7\.0\.0 is not known here/,
      [
        ['@google-cloud/bigquery', '9.3.0'],
        ['@google-cloud/common', '7.0.0'],
      ],
    ],
    [
      'unsupported_library',
      /teeny-request 12\.0\.0 is not known here/,
      [
        ['@google-cloud/storage', '8.4.0'],
        ['teeny-request', '12.0.0'],
      ],
    ],
    [
      'unsupported_library',
      /teeny-request is not what it was/,
      [
        ['@google-cloud/storage', '8.4.0'],
        ['teeny-request', '11.1.1'],
      ],
    ],
    ['unsupported_client', /is of @google-cloud\/dns, not of/, [['@google-cloud/dns', '5.0.0']]],
  ] as const)('%s: %s', async (code, message, packages) => {
    const client = await classOf(...packages)
    expect(() => createClient(client, { apiKey: 'key' })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })
})

describe('handing over', () => {
  function sender(): { package: ClientPackage; teenyRequest: TeenyRequest } {
    const [found] = packagesBehind(Storage)
    if (found === undefined) throw new Error('The package of Storage is not found')
    return { package: found, teenyRequest: found.require('teeny-request').teenyRequest }
  }

  function outcome(send: Send, options: TeenyOptions): Promise<unknown> {
    return new Promise(resolve => send(options, (error, response) => resolve(error ?? response?.statusCode)))
  }

  test('a marked request that is not handed over cannot be sent', async () => {
    const server = await startHttpServer()
    onTestFinished(() => server.close())
    const request = marked({ uri: server.url, qs: { a: 1 } }, vi.fn())
    expect(await outcome(sender().teenyRequest, request)).toMatchObject({ message: expect.stringContaining('scheme') })
    expect(server.requests).toEqual([])
  })

  test('a marked request goes to its own send, with the defaults of the client; another goes on as before', async () => {
    const server = await startHttpServer()
    onTestFinished(() => server.close())
    const { package: dependent, teenyRequest } = sender()
    handOverMarkedRequests(dependent)
    const { defaults } = teenyRequest
    handOverMarkedRequests(dependent)
    expect(teenyRequest.defaults).toBe(defaults)

    const send = vi.fn<Send>((_options, callback) => {
      callback?.(new Error('handed over'), null, null)
      return undefined
    })
    const withDefaults = teenyRequest.defaults({ timeout: 1000, method: 'POST' })
    expect(await outcome(withDefaults, marked({ uri: `${server.url}/marked` }, send))).toEqual(new Error('handed over'))
    expect(send.mock.calls[0]?.[0]).toMatchObject({ uri: `${server.url}/marked`, timeout: 1000, method: 'POST' })
    expect(await outcome(withDefaults, { uri: `${server.url}/unmarked` })).toBe(200)
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/unmarked' }])
  })
})
