import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** All that publint and Are the types wrong find in a package as it would be published, suggestions included. */
export async function problemsOfTarball(tarball: Uint8Array<ArrayBuffer>): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pack: { tarball: tarball.slice().buffer }, strict: true })
  const result = await checkPackage(createPackageFromTarballData(tarball))
  // A package that exports nothing is a program.
  const isProgram = Object.keys(Object(pkg.exports)).every(entry => entry === './package.json')
  const noTypes = isProgram ? [] : ['The package has no types']
  const typeProblems = result.types === false ? noTypes : result.problems.map(describe)
  return [...messages.map(message => formatMessage(message, pkg) ?? message.code), ...typeProblems]
}

function describe(problem: { readonly kind: string; readonly entrypoint?: string }): string {
  return JSON.stringify(problem)
}
