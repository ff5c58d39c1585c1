import { dirname, join } from 'node:path'

import { type ClientOptions, type ClientSettings, resolveSettings } from '@client-options/core'
import { explainOptions, loadSettings } from '@client-options/core/node'

import type { Command } from '../command-line/command.ts'
import { loadOptions, sourceFlags } from '../load.ts'
import { knownServices, type NamedService } from '../service.ts'
import type { Terminal } from '../terminal.ts'

/** What a client would use, and what of another place it would not. */
interface Explanation {
  readonly service: string
  readonly settings: readonly ExplainedSetting[]
  readonly notices: ClientSettings['notices']
}

interface ExplainedSetting {
  readonly setting: string
  readonly value: unknown
  readonly origin: string
  readonly overrode: readonly Overridden[]
}

/** An option of another place that has no effect. */
interface Overridden {
  readonly option: string
  readonly value: unknown
  readonly origin: string
}

/** The settings that have another name than the options that decide them. */
const otherNames = new Map([
  ['apiEndpoint', 'endpoint'],
  ['apiAudience', 'audience'],
  ['clientCertSource', 'clientCertificate'],
  ['clientEncryptedCertSource', 'clientCertificate'],
])

/** The setting that an option decides. */
export function settingOf(option: string): string {
  return otherNames.get(option) ?? option
}

/** Says of every setting what it is, where it came from and what it took the place of. */
export const explain: Command = {
  name: 'explain',
  description: 'Print the settings of a service: value, origin, and what each overrode.',
  argument: { name: 'SERVICE', isRequired: false, choices: knownServices },
  flags: { ...sourceFlags, json: { description: 'Print them as JSON.' } },
  run(input, terminal) {
    const { options, service } = loadOptions(input, process.env)
    const explanation = explainSettings(options, service)
    if (input.has('json')) terminal.print(JSON.stringify(explanation, null, 2))
    else printTable(explanation, terminal)
    return 0
  },
}

function explainSettings(options: ClientOptions, { definition }: NamedService): Explanation {
  const settings = loadSettings(options, definition)
  const overridden = overriddenBy(options, definition)
  const rows = Object.entries(settings.origins).flatMap(([setting, origin]) => {
    if (origin === undefined) return []
    return [{ setting, value: shownValue(settings, setting), origin, overrode: overridden.get(setting) ?? [] }]
  })
  return { service: definition.host, settings: rows, notices: settings.notices }
}

/** What settings show of themselves: an API key is hidden. */
function shownValue(settings: ClientSettings, name: string): unknown {
  if (name === 'endpoint') return settings.endpoint.url
  if (name === 'clientCertificate') return 'loaded with the first request'
  const shown: Record<string, unknown> = JSON.parse(JSON.stringify(settings))
  return shown[name]
}

/** What lower layers and the environment say, by the setting that a higher one decided. */
function overriddenBy(
  options: ClientOptions,
  definition: NamedService['definition'],
): Map<string, readonly Overridden[]> {
  const actual = resolveSettings(options, definition)
  return new Map(
    explainOptions(options).map(({ option, replaced }) => [
      settingOf(option),
      [...replaced, ...wouldApply(options.with({ [option]: null }), definition, actual)].map(withShownFile),
    ]),
  )
}

/** A file that is not used is not read, so what stands in place of its path may be a secret: that seldom has an extension. */
function withShownFile({ option, value, origin }: Overridden): Overridden {
  const isUnsure = option === 'credentialsFile' && typeof value === 'string' && !/\.[a-z0-9]{1,8}$/i.test(value)
  return { option, value: isUnsure ? join(dirname(value), '…') : value, origin }
}

/** What the environment would decide if an option were not set. */
function wouldApply(
  options: ClientOptions,
  definition: NamedService['definition'],
  actual: ClientSettings,
): readonly Overridden[] {
  const without = settingsOrNone(options, definition)
  if (without === undefined) return []
  const inUse = new Map(Object.entries(actual.origins))
  const changed = Object.entries(without.origins).filter(([name, origin]) => {
    return origin?.startsWith('environment:') === true && inUse.get(name) !== origin
  })
  return changed.map(([name, origin = '']) => ({ option: name, value: shownValue(without, name), origin }))
}

/** A variable that is not used may hold anything. */
function settingsOrNone(options: ClientOptions, definition: NamedService['definition']): ClientSettings | undefined {
  try {
    return resolveSettings(options, definition)
  } catch {
    return undefined
  }
}

function printTable({ service, settings, notices }: Explanation, { print, style }: Terminal): void {
  const rows = settings.map(row => ({ ...row, text: textOf(row.value) }))
  const [names, values] = [rows.map(({ setting }) => setting.length), rows.map(({ text }) => text.length)]
  const [nameWidth, valueWidth] = [Math.max(...names), Math.max(...values)]
  print(`Settings for ${style('bold', service)}\n`)
  for (const { setting, text, origin, overrode } of rows) {
    print(`  ${setting.padEnd(nameWidth)}  ${style('bold', text.padEnd(valueWidth))}  ${style('dim', origin)}`)
    for (const { option, value, origin } of overrode) {
      const what = settingOf(option) === setting ? textOf(value) : `${option} ${textOf(value)}`
      print(style('dim', `  ${' '.repeat(nameWidth)}  instead of ${what} (${origin})`))
    }
  }
  if (notices.length > 0) print('')
  for (const { code, message } of notices) print(`${style('yellow', `notice ${code}:`)} ${message}`)
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(' ') || '(none)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
