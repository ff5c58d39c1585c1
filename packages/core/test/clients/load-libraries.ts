import type { Libraries } from './libraries.ts'

/** Loads a module by the name that a user imports. */
export type Load = (name: string) => Promise<unknown>

/** Whose each module is. */
const owners: Readonly<Record<keyof Libraries, 'ours' | 'theirs'>> = {
  '@client-options/core/cloud-sql-connector': 'ours',
  '@client-options/core/fetch': 'ours',
  '@client-options/core/google-auth': 'ours',
  '@client-options/core/google-cloud': 'ours',
  '@client-options/core/googleapis': 'ours',
  '@client-options/core/grpc': 'ours',
  '@client-options/core/https': 'ours',
  '@google-cloud/bigquery': 'theirs',
  '@google-cloud/bigtable': 'theirs',
  '@google-cloud/spanner': 'theirs',
  '@google-cloud/datastore': 'theirs',
  '@google-cloud/firestore': 'theirs',
  '@google-cloud/logging': 'theirs',
  '@google-cloud/dns': 'theirs',
  '@google-cloud/cloud-sql-connector': 'theirs',
  '@google-cloud/pubsub': 'theirs',
  '@google-cloud/speech': 'theirs',
  '@google-cloud/storage': 'theirs',
  '@google-cloud/translate': 'theirs',
  '@google-cloud/vision': 'theirs',
  '@googleapis/drive': 'theirs',
  '@grpc/grpc-js': 'theirs',
  'google-auth-library': 'theirs',
}

/**
 * Loads Google's libraries, and gives what loads this package's entries on top of them. A module that cannot be loaded, or
 * not yet, throws where it is read: when a client of it is created.
 */
export async function loadLibraries(load: Load): Promise<{ libraries: Libraries; loadEntries: () => Promise<void> }> {
  const libraries = {}
  async function loadThose(of: 'ours' | 'theirs'): Promise<void> {
    for (const [name, owner] of Object.entries(owners)) {
      if (owner !== of) continue
      const get = await load(name).then(
        library => () => library,
        (error: unknown) => () => {
          throw error
        },
      )
      Object.defineProperty(libraries, name, { get })
    }
  }
  await loadThose('theirs')
  return { libraries: libraries as Libraries, loadEntries: () => loadThose('ours') }
}
