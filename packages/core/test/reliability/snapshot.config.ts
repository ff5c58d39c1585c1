import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

/** How snapshot-program.ts is run: its snapshots are always written anew, into the file that is named. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: [fileURLToPath(new URL('snapshot-program.ts', import.meta.url))],
    update: true,
    cache: false,
    resolveSnapshotPath: () => process.env['SNAPSHOT_FILE'] ?? '',
  },
})
