import './environment.ts'
import 'reflect-metadata'
import { ClientOptions } from '@client-options/core'

import { annotateDirectly } from './direct.ts'
import { annotateInInversify } from './inversify.ts'
import { annotateInNest } from './nestjs.ts'
import { differences, type Expectation, formatTable, observed, tableRow } from './report.ts'
import { setTheScene } from './scene.ts'

const ways = { direct: annotateDirectly, NestJS: annotateInNest, Inversify: annotateInInversify }

console.log('Starting a gRPC and an HTTPS server on loopback; both demand a client certificate ...')
const rows: Record<string, string>[] = []
let failures = 0
{
  await using scene = await setTheScene()
  for (const [way, annotate] of Object.entries(ways)) {
    console.log(`Annotating an image with the real ImageAnnotatorClient: ${way} ...`)
    for (const [transport, server] of Object.entries(scene.servers)) {
      for (const example of scene.examples) {
        server.requests.length = 0
        const label = await annotate(example.options(server), transport === 'REST')
        const [request] = server.requests
        const seen: Expectation | undefined = request && observed(request)
        const run = `${way}, ${transport}, ${example.name}`
        if (seen === undefined || server.requests.length !== 1 || label !== 'loopback') {
          throw new Error(`${run}: the server saw ${server.requests.length} requests, and the label is ${label}`)
        }
        const wrong = differences(example.expected(server), seen)
        rows.push({ in: way, over: transport, 'options as': example.name, ...tableRow(seen, wrong) })
        if (wrong.length > 0) failures++
      }
    }
  }
}
console.log('\nWhat the servers saw:')
console.log(formatTable(rows))

console.log('\nWhat a bad mapping gets, all problems at once and no value shown:')
const result = ClientOptions.safeParse({
  api_endpoint: 'ftp://vision.googleapis.com',
  apiKey: 'AIzaSecret\n',
  credentials_file: 'key.json',
  quotaProject: 'my-project',
  scopes: 'https://www.googleapis.com/auth/cloud-platform',
})
if (result.success) failures++
else console.log(result.error.message)

if (failures > 0) {
  console.error(`\nFAILED: ${failures} of ${rows.length} requests differ from what the options say.`)
  process.exitCode = 1
} else {
  console.log(`\nAll ${rows.length} requests arrived exactly as the options say.`)
}
