import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type TypeScript from 'typescript-6'

/**
 * The names that an editor offers, by the language service of a compiler, at the `|` of each line of code, in a file of the
 * folder.
 */
export async function complete(
  typescript: typeof TypeScript,
  folder: string,
  lines: readonly string[],
): Promise<string[][]> {
  const file = join(folder, 'completed.mts')
  const code = lines.join('\n')
  await writeFile(file, code.replaceAll('|', ' '))

  const options = { module: typescript.ModuleKind.NodeNext, strict: true }
  const service = typescript.createLanguageService({
    ...typescript.createCompilerHost(options),
    writeFile: (name, text) => typescript.sys.writeFile(name, text),
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: name => {
      const text = typescript.sys.readFile(name)
      return text === undefined ? undefined : typescript.ScriptSnapshot.fromString(text)
    },
  })
  return [...code.matchAll(/\|/g)].map(({ index }) => {
    return service.getCompletionsAtPosition(file, index, undefined)?.entries.map(({ name }) => name) ?? []
  })
}
