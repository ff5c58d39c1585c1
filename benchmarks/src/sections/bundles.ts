import { basename } from 'node:path'

import { bundle, type BundleRequest, entries, schemas } from '../bundle.ts'
import type { Effort, SectionResult, Table } from '../result.ts'

const CORE = '@client-options/core'
/** The most that the class alone and the whole entry may have, compressed. */
const goalSizes = { [`${CORE}: { ClientOptions }`]: 5000, [CORE]: 7500 }

export async function bundlesSection({ progress }: Effort): Promise<SectionResult> {
  progress('bundling')
  const built = await sizes('Bytes of each entry', entries)
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
      built,
      await sizes('Bytes of a schema for the same options', schemas),
      {
        title: `What ${CORE} is made of, bytes minified`,
        columns: ['file', 'bytes'],
        rows: parts.map(([file, bytes]) => ({ name: basename(file), cells: [bytes] })),
      },
    ],
    goals: Object.entries(goalSizes).map(([name, limit]) => {
      const gzip = Number(built.rows.find(row => row.name === name)?.cells[1])
      return { goal: `${name}: at most ${limit / 1000} kB gzip`, measured: `${gzip} bytes`, reached: gzip <= limit }
    }),
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
