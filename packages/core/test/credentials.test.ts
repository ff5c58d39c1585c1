import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  authorizedUser,
  type CertificateAuthority,
  createAuthority,
  externalAccount,
  externalAccountAuthorizedUser,
  findSecret,
  gdchServiceAccount,
  impersonatedServiceAccount,
  type IssuedCertificate,
  type LoopbackServer,
  type SeenRequest,
  type SeenTokenRequest,
  type ServiceAccountFile,
  startHttpServer,
  startTokenServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  type TokenServer,
  trustAuthority,
  verifyToken,
  writeCredentials,
  writeServiceAccount,
} from '@client-options/loopback'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../src/clients/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'

let authority: CertificateAuthority
let clientOne: IssuedCertificate
let tokens: TokenServer
let servers: { grpc: LoopbackServer; rest: LoopbackServer }
let folder: string

beforeAll(async () => {
  authority = await createAuthority()
  trustAuthority(authority)
  clientOne = await authority.issue({ commonName: 'client-one' })
  const temporary = await temporaryFolder()
  folder = temporary.path
  tokens = await startTokenServer({ authority })
  servers = { grpc: await startVisionGrpcServer({ authority }), rest: await startVisionHttpsServer({ authority }) }
  return async () => {
    await Promise.all([tokens.close(), servers.grpc.close(), servers.rest.close()])
    await temporary[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  tokens.tokenRequests.length = 0
  tokens.fault = undefined
})

describe.each(['grpc', 'rest'] as const)('over %s', transport => {
  function create(options: ClientOptionsInput) {
    const defaults = {
      apiEndpoint: servers[transport].address,
      universeDomain: 'localhost',
      clientCertSource: () => clientOne,
    }
    const client = createClient(ImageAnnotatorClient, { ...defaults, ...options }, { fallback: transport === 'rest' })
    onTestFinished(() => client.close())
    return client
  }
  async function annotate(client: ImageAnnotatorClient): Promise<SeenRequest> {
    const [answer] = await client.batchAnnotateImages(request(), { timeout: 5000 })
    expect(answer.responses?.[0]?.labelAnnotations?.[0]?.description).toBe('loopback')
    const last = servers[transport].requests.at(-1)
    if (last === undefined) throw new Error('The server saw no request')
    return last
  }
  test('all', async () => {
    const user = authorizedUser(tokens)
    const sub = join(folder, 'subject'); writeFileSync(sub, 'subject-file-token')
    const real = AbortSignal.timeout
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(ms => real.call(AbortSignal, ms === 10000 ? 100 : ms))
    const echo = (kind: string, request: any) => ({ status: 400, body: { error: 'invalid_grant', error_description: 'You sent ' + Buffer.from(request.body).toString() }})
    for (const [what, fault] of [['echo', echo], ['503', () => ({status: 503, body: 'down'})], ['hang', () => 'hang'], ['redirect', () => ({ status: 307, headers: { location: tokens.url + '/elsewhere' } })], ['html', () => ({ headers: {'content-type': 'text/html'}, body: '<p>hello'})], ['html400', () => ({ status: 400, headers: {'content-type': 'text/html'}, body: '<p>hello'})], ['notoken', () => ({ body: {} })], ['iam', () => ({ status: 403, body: { error: { code: 403, status: 'PERMISSION_DENIED', message: "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist)." } } })]] as any) 
    for (const content of [user, externalAccount(tokens, {file: sub}), externalAccountAuthorizedUser(tokens), impersonatedServiceAccount(tokens, user), (await gdchServiceAccount(tokens)).content]) {
      tokens.fault = content.type === 'impersonated_service_account' ? (k, r) => k === 'impersonation' ? fault(k, r) : undefined : fault
      tokens.tokenRequests.length = 0
      const t = Date.now()
      const e = await annotate(create({ credentialsFile: await writeCredentials(folder, content), quotaProjectId: 'q' })).then(() => 'OK', e => e)
      console.log(what, content.type, Date.now() - t, tokens.tokenRequests.length, e.code, e.message, '| cause', e.cause?.code, e.cause?.cause, [content.refresh_token, content.client_secret, content.private_key, 'subject-file-token'].flatMap(s => s ? findSecret(s, e) : []), tokens.requests.at(-1).path)
    }
  }, 100000)
})

function request() {
  return { requests: [{ image: { content: Buffer.from('image') }, features: [{ type: 'LABEL_DETECTION' as const }] }] }
}
