import { join } from 'node:path'

import { beforeAll, describe, expect, test } from 'vitest'

import { start, type Started } from '../../tests/start-process.ts'
import { compile } from '../harness/compile.ts'
import { frameworks } from '../harness/frameworks.ts'
import { commonJs, esm } from '../harness/module-settings.ts'
import { type Project, writeApplication } from '../harness/project.ts'

const applications: [string, Project][] = [
  ['NestJS 10, ESM', { framework: frameworks['NestJS 10'], settings: esm.nodenext, compiler: 'TypeScript 7' }],
  [
    'NestJS 10, CommonJS',
    { framework: frameworks['NestJS 10'], settings: commonJs.node10, compiler: 'TypeScript 5.9' },
  ],
  ['NestJS 11, ESM', { framework: frameworks['NestJS 11'], settings: esm.nodenext, compiler: 'TypeScript 7' }],
  [
    'NestJS 11, CommonJS',
    { framework: frameworks['NestJS 11'], settings: commonJs.node10, compiler: 'TypeScript 5.9' },
  ],
  ['NestJS 12, ESM', { framework: frameworks['NestJS 12'], settings: esm.nodenext, compiler: 'TypeScript 7' }],
  [
    'NestJS 12, CommonJS',
    { framework: frameworks['NestJS 12'], settings: commonJs.nodenext, compiler: 'TypeScript 7' },
  ],
]

describe.each(applications)('An application on %s', (_name, project) => {
  let folder: string
  beforeAll(async () => {
    folder = await writeApplication(project)
    await compile(project.compiler, [folder])
  })

  const script = (file: string) => join(folder, 'out', file)

  describe.each(['express', 'fastify'])('with %s', platform => {
    test('has the options injected as they are registered', async () => {
      const app = start(script('server.js'), [platform])
      const url = await nextLine(app)
      const answers = ['endpoints', 'north', 'south'].map(async path => (await fetch(`${url}/${path}`)).json())
      const [endpoints, north, south] = await Promise.all(answers)
      expect(endpoints).toEqual({
        unnamed: 'given.example.com',
        sameInstance: true,
        factory: 'factory.example.com',
        class: 'class.example.com',
        existing: 'existing.example.com',
        inner: 'given.example.com',
        outer: 'factory.example.com',
        sameInner: true,
      })
      expect(north).toEqual(['north-region', 'north-zone'])
      expect(south).toEqual(['south-region', 'south-zone'])
    })

    test('finishes the request under way, then closes each client once, the last one built first', async () => {
      const app = start(script('server.js'), [platform])
      const url = await nextLine(app)
      const answer = fetch(`${url}/slow`, { headers: { connection: 'close' } })
      expect(await nextLine(app)).toBe('request under way')
      app.kill('SIGTERM')
      expect(await (await answer).json()).toEqual({ closed: [false, false] })
      const { by, lines, stderr } = await app.end()
      expect(by).toBe('SIGTERM') // which Nest sends itself once it has shut down
      expect(lines).toEqual(['answering', 'closed outer', 'closed inner'])
      expect(stderr).toMatch(/^.*ERROR \[ClientOptionsModule\] Cannot close Failing\nError: the connection is gone\n/)
    })
  })

  const refusals = [
    ['bad options', 'bad', /"payments": Invalid client options:\n +apiEndpoint: .*\n +scopes: /],
    [
      'two registrations of a name',
      'twice',
      /"payments": AppModule imports them twice; give one registration another name/,
    ],
  ] as const
  test.each(refusals)('does not start with %s, and says which and why', async (_title, registration, message) => {
    const { by, lines, stderr } = await start(script('refused.js'), [registration]).end()
    expect({ by, lines }).toEqual({ by: 1, lines: [] })
    expect(stderr).toContain('Cannot register the client options')
    expect(stderr).toMatch(message)
  })

  test('gives way to overrideProvider of @nestjs/testing, and closes only what it has built', async () => {
    const { by, lines } = await start(script('overridden.js')).end()
    expect({ by, lines }).toEqual({ by: 0, lines: ['overridden: true', 'closed outer'] })
  })

  test('is healthy or not, as Terminus tells', async () => {
    const up = await start(script('health.js')).end()
    expect([up.lines[0], JSON.parse(up.lines[1] ?? '')]).toMatchObject([
      '200',
      { status: 'ok', info: { google: { status: 'up', credentials: 'api_key' } } },
    ])
    const down = await start(script('health.js'), ['down']).end()
    expect([down.lines[0], JSON.parse(down.lines[1] ?? '')]).toMatchObject([
      '503',
      { status: 'error', error: { google: { status: 'down', message: expect.stringContaining('certificate') } } },
    ])
  })
})

/** Without what NestJS 10 itself writes on a slow machine: that it takes long to serialize its own module. */
async function nextLine(app: Started): Promise<string> {
  const line = await app.nextLine()
  return line.startsWith('[Nest]') ? nextLine(app) : line
}
