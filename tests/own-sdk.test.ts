import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { type HttpHandler, startHttpServer, temporaryDirectory } from '@client-options/testing'
import { describe, expect, onTestFinished, test } from 'vitest'

import { start } from './start-process.ts'

const programs = fileURLToPath(new URL('../examples/own-sdk/dist/', import.meta.url))

/** A weather service: one station in the north, and two in the south, on two pages. */
const weather: HttpHandler = ({ path, query }) => {
  const region = /^\/v1\/regions\/(north|south)\/stations$/.exec(path)?.[1]
  if (region === undefined) return undefined
  const parameters = new URLSearchParams(query)
  if (region === 'north') return { body: { stations: [{ name: 'Tromsø', temperature: -4 }] } }
  return parameters.has('pageToken')
    ? { body: { stations: [{ name: 'Hobart', temperature: 15 }] } }
    : { body: { stations: [{ name: 'Ushuaia', temperature: 6 }], nextPageToken: 'second' } }
}

async function run(program: string, handler: HttpHandler, environment: Readonly<Record<string, string>> = {}) {
  const server = await startHttpServer({ handler })
  onTestFinished(() => server.close())
  const directory = await temporaryDirectory()
  onTestFinished(() => directory.remove())
  const { path } = directory
  const authority = join(path, 'authority.pem')
  await writeFile(authority, server.authority.certificate)
  const { by, lines, stderr } = await start(join(programs, program), [], {
    HOME: path,
    NODE_EXTRA_CA_CERTS: authority,
    WEATHER_API_ENDPOINT: server.address,
    WEATHER_API_KEY: 'key-of-weather',
    SOUTH_API_ENDPOINT: server.address,
    SOUTH_API_KEY: 'key-of-south',
    SOUTH_QUOTA_PROJECT_ID: 'project-of-south',
    ...environment,
  }).end()
  const seen = server.requests.map(({ path: asked, query, apiKey, quotaProject }) => ({
    asked: `${asked}?${query}`,
    apiKey,
    quotaProject,
  }))
  return { by, lines, stderr, seen }
}

const south = ['Ushuaia: 6 °C', 'Hobart: 15 °C']
const southPages = [
  '/v1/regions/south/stations?pageSize=2',
  '/v1/regions/south/stations?pageSize=2&pageToken=second',
].map(asked => ({ asked }))

describe('an SDK of your own', { timeout: 60_000 }, () => {
  test('has client options and own options in one mapping', async () => {
    const { by, lines, stderr, seen } = await run('main.js', weather)
    expect({ by, lines, stderr }).toEqual({ by: 0, lines: south, stderr: '' })
    expect(seen).toMatchObject(southPages.map(page => ({ ...page, apiKey: 'key-of-weather', quotaProject: undefined })))
  })

  test.each(['nestjs.js', 'inversify.js'])('has the client options of each registration: %s', async program => {
    const { by, lines, stderr, seen } = await run(program, weather)
    expect({ by, lines, stderr }).toEqual({ by: 0, lines: ['Tromsø: -4 °C', ...south], stderr: '' })
    expect(seen).toMatchObject([
      { asked: '/v1/regions/north/stations?pageSize=50', apiKey: 'key-of-weather', quotaProject: undefined },
      ...southPages.map(page => ({ ...page, apiKey: 'key-of-south', quotaProject: 'project-of-south' })),
    ])
  })

  test('tells what the service said', async () => {
    const handler = () => ({ status: 403, body: { error: { code: 403, message: 'Not in your region' } } })
    const { by, stderr } = await run('main.js', handler)
    expect(by).toBe(1)
    expect(stderr).toContain('WeatherError: Cannot list the stations: Not in your region')
    expect(stderr).toContain("code: 'ERR_WEATHER'")
    expect(stderr).toContain('status: 403')
    expect(stderr).not.toContain('key-of-weather')
  })

  test('tells what is wrong with the options', async () => {
    const { by, stderr, seen } = await run('main.js', weather, { WEATHER_API_ENDPOINT: 'ftp://weather.example.com' })
    expect(by).toBe(1)
    expect(stderr).toContain('ClientOptionsError: Invalid client options: apiEndpoint: ')
    expect(stderr).not.toContain('key-of-weather')
    expect(seen).toEqual([])
  })
})
