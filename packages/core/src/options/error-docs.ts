const PAGE = 'https://github.com/client-options/client-options-typescript/blob/main/docs/errors.md'

/** Where it says what to do about an error of a code. */
export function docsOf(code: string): string {
  return `${PAGE}#${code.toLowerCase()}`
}
