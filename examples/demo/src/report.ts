import type { SeenRequest } from '@client-options/loopback'

/** What the options say that the server must see; `undefined` means that it must not arrive. */
export interface Expectation {
  readonly host: string
  readonly certificate: string | undefined
  readonly apiKey: string | undefined
  readonly quotaProject: string | undefined
  readonly scope: string | undefined
  readonly audience: string | undefined
}

/** What arrived, in the same terms. */
export function observed({ host, clientCertificate, apiKey, quotaProject, token }: SeenRequest): Expectation {
  const audience = token?.audience === undefined ? undefined : String(token.audience)
  return { host, certificate: clientCertificate, apiKey, quotaProject, scope: token?.scope, audience }
}

/** The names of what the server saw other than the options say. */
export function differences(expected: Expectation, seen: Expectation): readonly (keyof Expectation)[] {
  const names: readonly (keyof Expectation)[] = ['host', 'certificate', 'apiKey', 'quotaProject', 'scope', 'audience']
  return names.filter(name => expected[name] !== seen[name])
}

/** A row of the table: the API key masked, the scopes without the part that all of Google's share. */
export function tableRow(seen: Expectation, wrong: readonly (keyof Expectation)[]): Record<string, string> {
  return {
    host: seen.host,
    certificate: seen.certificate ?? '-',
    'API key': seen.apiKey === undefined ? '-' : `${seen.apiKey.slice(0, 4)}****`,
    'quota project': seen.quotaProject ?? '-',
    'token scope': seen.scope?.replaceAll('https://www.googleapis.com/auth/', '') ?? '-',
    'token audience': seen.audience ?? '-',
    'as the options say': wrong.length === 0 ? 'yes' : `NO: ${wrong.join(', ')}`,
  }
}

/** Rows of text in columns. */
export function formatTable(rows: readonly Readonly<Record<string, string>>[]): string {
  const names = Object.keys(rows[0] ?? {})
  const widths = names.map(name => Math.max(name.length, ...rows.map(row => row[name]?.length ?? 0)))
  const lines = [names, widths.map(width => '-'.repeat(width)), ...rows.map(row => names.map(name => row[name] ?? ''))]
  return lines
    .map(cells =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
