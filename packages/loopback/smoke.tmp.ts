import { createAuthority, trustAuthority, startVisionGrpcServer, startVisionHttpsServer, writeServiceAccount, temporaryFolder, verifyToken, findSecret } from '@client-options/loopback'
import vision from '@google-cloud/vision'
import { GoogleAuth } from 'google-gax'
const authority = await createAuthority(); trustAuthority(authority)
await using folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
await using g = await startVisionGrpcServer({ authority, requireClientCertificate: false })
await using h = await startVisionHttpsServer({ authority, requireClientCertificate: false })
for (const [s, fallback] of [[g, false], [h, true]] as const) {
  const client = new vision.v1.ImageAnnotatorClient({ apiEndpoint: 'localhost', port: s.port, credentials: account.key as never, fallback })
  const [r] = await client.batchAnnotateImages({ requests: [{ image: { content: Buffer.from('x') } }] })
  console.log(JSON.stringify(r.responses?.[0]?.labelAnnotations?.[0]?.description), s.requests[0])
  await verifyToken(s.requests[0]!, account)
  let t = performance.now()
  const f = findSecret(account.key.private_key, client)
  console.log('find', performance.now() - t, process.memoryUsage().rss/1e6, f.length, f.slice(0,12))
  const e = await client.batchAnnotateImages({ requests: [] }, {timeout: 1}).catch(e => e)
  t = performance.now(); console.log(String(e).slice(0,80), findSecret(account.key.private_key, e), performance.now() - t)
  await client.close()
}
