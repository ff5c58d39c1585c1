const PAGE = 'https://github.com/client-options/client-options-typescript/blob/main/docs/errors.md'

/** Where it says what to do about an error of a code. */
export function docsOf(code: string): string {
  return `${PAGE}#${code.toLowerCase()}`
}

/** The same for an error that names several problems: about the problem itself, if there is only one. */
export function docsOfIssues(code: string, [only, other]: readonly { readonly code: string }[]): string {
  return docsOf(only === undefined || other !== undefined ? code : only.code)
}
