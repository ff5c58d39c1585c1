import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthority, startVisionGrpcServer, startVisionHttpsServer, startStorageServer, startBigQueryServer, temporaryFolder, writeServiceAccount } from '@client-options/loopback'
const authority = await createAuthority()
const folder = await temporaryFolder()
const certificate = await authority.issue({ commonName: 'client' })
const tls = { authority, requireClientCertificate: false }
const servers = {
  'Vision over gRPC': await startVisionGrpcServer(tls),
  'Vision over REST': await startVisionHttpsServer(tls),
  Storage: await startStorageServer(tls),
  BigQuery: await startBigQueryServer(tls),
  createFetch: await startVisionHttpsServer(tls),
  createAuth: await startVisionHttpsServer(tls),
  grpcClientArguments: await startVisionGrpcServer(tls),
  createAgent: await startVisionHttpsServer(tls),
  NestJS: await startVisionGrpcServer(tls),
}
const { path } = await writeServiceAccount(folder.path)
const only = process.env['ONLY']?.split(',')
const plan = { endpoints: Object.fromEntries(Object.entries(servers).filter(([n]) => !only || only.includes(n)).map(([n, s]) => [n, s.url])), certificate,
  options: { 'API key': { apiKey: 'the-key', quotaProjectId: 'quota' }, 'service account': { credentialsFile: path }, 'API key and certificate': { apiKey: 'the-key', quotaProjectId: 'quota' }, 'service account and certificate': { credentialsFile: path } } }
await writeFile(join(folder.path, 'plan.json'), JSON.stringify(plan))
await writeFile(join(folder.path, 'ca.pem'), authority.certificate)
const [command = '', ...args] = process.argv.slice(2)
const child = spawn(command, [...args, join(folder.path, 'plan.json')], { stdio: 'inherit', env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder.path, 'ca.pem'), DENO_CERT: join(folder.path, 'ca.pem') } })
const t=setTimeout(()=>child.kill('SIGKILL'), 60000)
child.on('close', async code => {
  clearTimeout(t)
  console.log('exit', code)
  for (const [name, server] of Object.entries(servers)) { console.log(name); for (const r of server.requests) console.log('   ', r.method, r.path.slice(0,30), r.clientCertificate, r.apiKey, r.quotaProject, r.token?.issuer?.slice(0,10)) }
  for (const server of Object.values(servers)) await server.close()
  await folder[Symbol.asyncDispose]()
})
