import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createAuthority, startHttpsServer, temporaryFolder } from '@client-options/loopback'
import { beforeAll, describe, expect, test } from 'vitest'

import { librarySets } from '../bundles/library-sets.ts'
import { allInEffect, observe, run, trustIn } from '../bundles/observe.ts'
import type { RotationPlan } from '../bundles/program/plan.ts'
import { compile } from '../harness/compile.ts'
import { esm } from '../harness/module-settings.ts'
import { triesAll } from '../harness/node-versions.ts'
import { writeApplication } from '../harness/project.ts'
import { onRuntime, runtimeNames } from '../runtimes/runtimes.ts'

const sets = triesAll ? Object.values(librarySets) : [librarySets['node-24']]

describe.each(sets)('with the libraries in $folder', libraries => {
  let out: string
  beforeAll(async () => {
    // Not the folder of the bundles' tests, which may run at the same time.
    const project = await writeApplication({ framework: libraries, settings: esm.bundler, compiler: 'TypeScript 7' })
    await compile('TypeScript 7', [project])
    out = join(project, 'out')
  })

  describe.each(runtimeNames)('%s', name => {
    test('puts every option into effect', async () => {
      expect(await observe(...onRuntime(name, join(out, 'main.js')))).toEqual(allInEffect)
    })

    test('presents the certificate of each client, and after a rotation the new one', async () => {
      await using folder = await temporaryFolder()
      const authority = await createAuthority()
      await using server = await startHttpsServer({
        authority,
        requireClientCertificate: false,
        handler: () => ({ body: {} }),
      })
      const plan: RotationPlan = {
        endpoint: server.url,
        certificates: {
          first: await authority.issue({ commonName: 'first' }),
          second: await authority.issue({ commonName: 'second' }),
          renewed: await authority.issue({ commonName: 'renewed' }),
        },
      }
      const planPath = join(folder.path, 'plan.json')
      await writeFile(planPath, JSON.stringify(plan))
      const [command, args] = onRuntime(name, join(out, 'rotation.js'))
      await run(command, [...args, planPath], await trustIn(authority.certificate, folder.path))

      const counts: Record<string, number> = {}
      for (const { path: expected, clientCertificate = 'none' } of server.requests) {
        const line = `${expected.slice(1)}: ${clientCertificate}`
        counts[line] = (counts[line] ?? 0) + 1
      }
      expect(counts).toEqual({
        'first: first': 18,
        'second: second': 36,
        'none: none': 36,
        'renewed: renewed': 18,
      })
    })
  })
})
