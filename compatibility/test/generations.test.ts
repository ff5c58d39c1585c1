import { describe, expect, test } from 'vitest'

import { everyCombination, fairPart } from '../harness/combinations.ts'
import { generations } from '../harness/generations.ts'
import { installGeneration } from '../harness/install-generation.ts'
import { installNode, nodeVersions, triesAll } from '../harness/node-versions.ts'
import { expectReadmeExampleToWork, identities } from '../harness/readme-example.ts'
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

  test.each(identities)("the README's first example works with %s", async identity => {
    const { folder } = await installGeneration(generations.npmAlone, version)
    const { node } = await installNode(version)
    await expectReadmeExampleToWork(folder, identity, script => [node, [script]])
  })
})
