import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import {
  createAuthority,
  type LoopbackServer,
  type ServiceAccountFile,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  writeServiceAccount,
} from '@client-options/loopback'
import { describe, expect, onTestFinished, test } from 'vitest'

import { start, type Started } from './start-process.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const image = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMB/6X2mQAAAABJRU5ErkJggg=='

interface Service {
  readonly process: Started
  readonly url: string
  readonly account: ServiceAccountFile
  /** What the clients of the two registrations talk to. */
  readonly vision: LoopbackServer
  readonly batch: LoopbackServer
  readonly certificateFile: string
}

/** Starts an example as its user does, configured by the environment alone. */
async function startExample(
  name: string,
  hold?: () => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const authority = await createAuthority()
  const vision = await startVisionGrpcServer({ authority, requireClientCertificate: false, ...(hold && { hold }) })
  onTestFinished(() => vision.close())
  const batch = await startVisionHttpsServer({ authority, ...(hold && { hold }) })
  onTestFinished(() => batch.close())

  const write = async (file: string, text: string): Promise<string> => {
    await writeFile(join(folder.path, file), text)
    return join(folder.path, file)
  }
  const { cert, key } = await authority.issue({ commonName: 'batch' })
  const certificateFile = await write('batch.pem', cert)
  const account = await writeServiceAccount(folder.path)
  const process = start(join(root, 'examples', name, 'dist/main.js'), [], {
    HOME: folder.path,
    PORT: '0',
    NODE_EXTRA_CA_CERTS: await write('authority.pem', authority.certificate),
    VISION_API_ENDPOINT: vision.address,
    VISION_CREDENTIALS_FILE: account.path,
    VISION_QUOTA_PROJECT_ID: 'quota-of-vision',
    BATCH_API_ENDPOINT: batch.url,
    BATCH_API_KEY: 'key-of-batch',
    BATCH_CLIENT_CERT_FILE: certificateFile,
    BATCH_CLIENT_KEY_FILE: await write('batch-key.pem', key),
    ...env,
  })
  for (;;) {
    const url = /Listening on (\S+)/.exec(await process.nextLine())?.[1]
    if (url !== undefined) return { process, url, account, vision, batch, certificateFile }
  }
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  })
}

describe.each(['nestjs-app', 'inversify-app'])('%s', { timeout: 60_000 }, name => {
  test('labels images with the client of each registration, as the environment says', async () => {
    const { url, account, vision, batch } = await startExample(name)
    const one = await post(`${url}/labels`, { image })
    expect([one.status, await one.json()]).toEqual([200, { labels: ['loopback'] }])
    const many = await post(`${url}/labels/batch`, { images: [image, image] })
    expect([many.status, await many.json()]).toEqual([200, { labels: [['loopback'], ['loopback']] }])

    expect(vision.requests).toMatchObject([
      { transport: 'gRPC', quotaProject: 'quota-of-vision', token: { issuer: account.key.client_email } },
    ])
    expect(batch.requests).toMatchObject([{ transport: 'HTTPS', apiKey: 'key-of-batch', clientCertificate: 'batch' }])
    expect(vision.requests[0]).not.toHaveProperty('clientCertificate')
    expect(batch.requests[0]).not.toHaveProperty('authorization')

    expect((await post(`${url}/labels`, { image: 1 })).status).toBe(400)
    expect((await post(`${url}/labels/batch`, {})).status).toBe(400)
  })

  test('finishes the requests under way on SIGTERM, closes both clients, and exits with 0', async () => {
    let release = (): void => undefined
    const held = new Promise<void>(resolve => (release = resolve))
    const { process, url, vision, batch } = await startExample(name, () => held)
    const answers = [post(`${url}/labels`, { image }), post(`${url}/labels/batch`, { images: [image] })]
    await expect.poll(() => [vision.requests.length, batch.requests.length], { timeout: 20_000 }).toEqual([1, 1])

    process.kill('SIGTERM')
    // It takes no request any more, so the shutdown has begun.
    await expect.poll(() => fetch(url).catch(() => 'refused'), { timeout: 20_000 }).toBe('refused')
    release()
    const [one, many] = await Promise.all(answers)
    expect([one?.status, await one?.json()]).toEqual([200, { labels: ['loopback'] }])
    expect([many?.status, await many?.json()]).toEqual([200, { labels: [['loopback']] }])

    const { by, lines, stderr } = await process.end()
    expect({ by, stderr }).toEqual({ by: 0, stderr: '' })
    const closed = lines.flatMap(line => /Closed the .*client/.exec(line) ?? [])
    expect(closed.toSorted()).toEqual(['Closed the batch client', 'Closed the client'])
  })

  test('does not start with bad options, and says of which registration', async () => {
    const { by, stderr } = await start(join(root, 'examples', name, 'dist/main.js'), [], {
      PORT: '0',
      BATCH_API_ENDPOINT: 'ftp://batch.example.com',
      BATCH_API_KEY: 'key-of-batch',
    }).end()
    expect(by).toBe(1)
    expect(stderr).toMatch(/Cannot register the client options "batch": Invalid client options: apiEndpoint: /)
    expect(stderr).not.toContain('key-of-batch')
  })
})

test('nestjs-app tells whether its clients can identify themselves', { timeout: 60_000 }, async () => {
  const { url, vision, batch, certificateFile } = await startExample('nestjs-app')
  const up = await fetch(`${url}/health`)
  expect([up.status, await up.json()]).toMatchObject([
    200,
    {
      status: 'ok',
      info: {
        vision: { status: 'up', credentials: 'token' },
        batch: { status: 'up', credentials: 'api_key', certificateValidFor: expect.any(Number) },
      },
    },
  ])
  expect([...vision.requests, ...batch.requests]).toEqual([])

  const { url: other } = await startExample('nestjs-app', undefined, {
    BATCH_CLIENT_CERT_FILE: `${certificateFile}.gone`,
  })
  const down = await fetch(`${other}/health`)
  expect([down.status, await down.json()]).toMatchObject([
    503,
    { status: 'error', error: { batch: { status: 'down', message: expect.stringContaining('certificate') } } },
  ])
})

test('the health endpoint in the README of the NestJS adapter is that of nestjs-app', async () => {
  const readme = await readFile(join(root, 'packages/nestjs/README.md'), 'utf8')
  const example = await readFile(join(root, 'examples/nestjs-app/src/health.controller.ts'), 'utf8')
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``)
})
