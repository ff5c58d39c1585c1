import { basename } from 'node:path'

import { bundle, type BundleRequest, entries, schemas } from '../bundle.ts'
import type { Effort, SectionResult, Table } from '../result.ts'

const CORE = '@client-options/core'
const CORE_GOAL = 3 * 1024

export async function bundlesSection({ progress }: Effort): Promise<SectionResult> {
  progress('bundling')
  const core = await bundle({ code: `export * from '${CORE}'` })
  // What is built has few files; the source is bundled alike.
  const source = await bundle({ code: `export * from '../../packages/core/src/index.ts'` })
  const parts = Object.entries(source.parts).toSorted(([, one], [, other]) => other - one)
  return {
    title: 'Bundle size',
    method:
      'esbuild, minified, as ES modules; gzip at level 9, brotli at its default. The schemas of the peers are those ' +
      'that are measured above, without the rules of the values and the messages, which ours has within. ' +
      'benchmarks/budget.json holds what each entry may have at most, and a test sees to it.',
    tables: [
      await sizes('Bytes of each entry', entries),
      await sizes('Bytes of a schema for the same options', schemas),
      {
        title: `What ${CORE} is made of, bytes minified`,
        columns: ['file', 'bytes'],
        rows: parts.map(([file, bytes]) => ({ name: basename(file), cells: [bytes] })),
      },
    ],
    goals: [
      {
        goal: `${CORE}: at most 3 kB gzip`,
        measured: `${core.size.gzip} bytes`,
        reached: core.size.gzip <= CORE_GOAL,
      },
    ],
  }
}

async function sizes(title: string, requests: Readonly<Record<string, BundleRequest>>): Promise<Table> {
  const rows = []
  for (const [name, request] of Object.entries(requests)) {
    const { minified, gzip, brotli } = (await bundle(request)).size
    rows.push({ name, cells: [minified, gzip, brotli] })
  }
  return { title, columns: ['entry', 'minified', 'gzip', 'brotli'], rows }
}
