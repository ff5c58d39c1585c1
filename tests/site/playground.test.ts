import { describe, expect, test } from 'vitest'

import { evaluate, type PlaygroundState } from '../../site/.vitepress/theme/playground/evaluate.ts'
import { segments } from '../../site/.vitepress/theme/playground/segments.ts'
import { fromFragment, toFragment } from '../../site/.vitepress/theme/playground/share.ts'

const empty: PlaygroundState = { options: '', environment: '', host: 'vision.{universeDomain}', certificate: 'none' }

function problemsOf(options: string) {
  return evaluate({ ...empty, options }).problems.map(({ message, place }) => ({
    message,
    text: place && options.slice(place.start, place.end),
    line: place?.line,
  }))
}

describe('a mapping that is typed', () => {
  test.each([
    ['YAML', 'api_endpoint: vision.example.com\nquota_project_id: p\n'],
    ['JSON', '{ "apiEndpoint": "vision.example.com", "quotaProjectId": "p" }'],
  ])('is resolved with origins: %s', (_, options) => {
    const { problems, settings } = evaluate({ ...empty, options, environment: 'GOOGLE_CLOUD_UNIVERSE_DOMAIN=foo.test' })
    expect(problems).toEqual([])
    expect(settings).toEqual(
      expect.arrayContaining([
        { name: 'endpoint', value: 'https://vision.example.com/', origin: 'option' },
        { name: 'quotaProjectId', value: 'p', origin: 'option' },
        { name: 'universeDomain', value: 'foo.test', origin: 'environment GOOGLE_CLOUD_UNIVERSE_DOMAIN' },
      ]),
    )
  })

  test('may be empty', () => {
    expect(evaluate(empty).problems).toEqual([])
  })

  test('has each problem at its place, in either spelling', () => {
    expect(problemsOf('# my options\nscopes: [ok, "two words"]\nquota_project: p\n')).toEqual([
      { message: expect.stringContaining('scopes.1'), text: '"two words"', line: 2 },
      { message: expect.stringContaining('did you mean'), text: 'quota_project', line: 3 },
    ])
    expect(problemsOf('api_key: K\ncredentials_file: /a.json\n')).toMatchObject([{ text: '/a.json', line: 2 }])
  })

  test('that cannot be read is a problem with a place', () => {
    expect(problemsOf('a: [1')).toMatchObject([{ line: 1 }])
    expect(problemsOf('a: &all x\nscopes: *all')).toMatchObject([{ text: '*all', line: 2 }])
    expect(problemsOf('- a\n- b')).toHaveLength(1)
  })

  test('hides a secret', () => {
    const { settings } = evaluate({ ...empty, options: 'api_key: AIzaSecret' })
    expect(settings).toContainEqual({ name: 'apiKey', value: '[hidden]', origin: 'option' })
  })
})

test('a certificate of the machine is presented, at the mTLS host, and says so', () => {
  const { settings } = evaluate({ ...empty, certificate: 'machine' })
  expect(settings).toContainEqual({ name: 'endpoint', value: 'https://vision.mtls.googleapis.com/', origin: 'service' })
  expect(settings).toContainEqual({ name: 'clientCertificate', value: 'presented', origin: 'default' })
})

test('a variable that cannot be used is a problem', () => {
  expect(evaluate({ ...empty, environment: 'GOOGLE_API_USE_MTLS_ENDPOINT=perhaps' }).problems).toHaveLength(1)
  expect(evaluate({ ...empty, environment: 'not a variable' }).problems).toHaveLength(1)
})

describe('a link', () => {
  test('leads back to the same state', () => {
    const state = { ...empty, options: 'quota_project_id: p\n', environment: 'GOOGLE_CLOUD_QUOTA_PROJECT=q' }
    expect(fromFragment(`#${toFragment(state)}`, empty)).toEqual(state)
  })

  test.each([
    'api_key: CANARY',
    'apiKey: CANARY',
    'credentials_file: \'{"private_key": "CANARY"}\'',
    'api_endpoint: https://user:CANARY@host.example.com',
    'quota_project_id: [CANARY]',
    'password: CANARY',
    '"CANARY=1": x',
    'api_key: [CANARY',
    'CANARY',
    '- CANARY',
  ])('has no secret: %s', options => {
    expect(toFragment({ ...empty, options })).not.toContain('CANARY')
  })

  test.each(['AWS_SECRET=CANARY', 'GOOGLE_APPLICATION_CREDENTIALS={"private_key":"CANARY"}', 'CANARY'])(
    'has no secret of the environment: %s',
    environment => {
      expect(toFragment({ ...empty, environment })).not.toContain('CANARY')
    },
  )
})

test('the text is cut where problems are', () => {
  const place = { start: 2, end: 4, line: 1, column: 3 }
  expect(segments('abcdef', [{ message: '', place }])).toEqual([
    { text: 'ab', isProblem: false },
    { text: 'cd', isProblem: true },
    { text: 'ef', isProblem: false },
  ])
})
