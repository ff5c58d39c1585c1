import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createAuthority, startVisionGrpcServer, temporaryFolder, writeServiceAccount } from '@client-options/loopback'
import { describe, expect, onTestFinished, test } from 'vitest'

import { everyCombination, fairPart } from '../harness/combinations.ts'
import { generations } from '../harness/generations.ts'
import { installGeneration } from '../harness/install-generation.ts'
import { installNode, nodeVersions, triesAll } from '../harness/node-versions.ts'
import { runReadmeExample } from '../harness/readme-example.ts'
import { runGeneration } from '../harness/run-generation.ts'

test.each(triesAll ? everyCombination() : fairPart)(
  '$generation.name, Node $node.node, $format: every option takes effect or is refused by name, and plain clients stay as they were',
  async combination => {
    const { problems } = await runGeneration(combination)
    expect(problems).toEqual([])
  },
)

const { newest20, newest24 } = nodeVersions
const nodes = triesAll ? Object.values(nodeVersions) : [newest20, newest24]

describe.each(nodes)('In an empty folder on Node $node, with what npm picks', version => {
  test('the packages install without a warning of peers or engines', async () => {
    const { output } = await installGeneration(generations.npmAlone, version)
    expect(output).toMatch(/^added \d+ packages/m)
    // What else npm warns of here, such as scripts and deprecated versions, lies deep in Google's libraries.
    expect(output).not.toMatch(/peer|ERESOLVE|EBADENGINE|--force/i)
  })

  test.each(['an API key', 'a service account'])("the README's first example works with %s", async identity => {
    await using temporary = await temporaryFolder()
    const authority = await createAuthority()
    const server = await startVisionGrpcServer({ authority })
    onTestFinished(() => server.close())
    const { folder } = await installGeneration(generations.npmAlone, version)
    const { cert, key } = await authority.issue({ commonName: 'reader' })
    await writeFile(join(folder, 'client.pem'), cert)
    await writeFile(join(folder, 'client-key.pem'), key)
    const authorityPath = join(temporary.path, 'authority.pem')
    await writeFile(authorityPath, authority.certificate)
    const account = await writeServiceAccount(temporary.path)

    const { node } = await installNode(version)
    const printed = await runReadmeExample(folder, node, {
      ENDPOINT: server.address,
      OPTIONS: JSON.stringify(identity === 'an API key' ? { apiKey: 'key-of-reader' } : {}),
      GOOGLE_APPLICATION_CREDENTIALS: account.path,
      NODE_EXTRA_CA_CERTS: authorityPath,
    })
    expect(printed).toBe('loopback\n')
    const shown =
      identity === 'an API key' ? { apiKey: 'key-of-reader' } : { token: { issuer: account.key.client_email } }
    expect(server.requests).toMatchObject([{ clientCertificate: 'reader', ...shown }])
  })
})
