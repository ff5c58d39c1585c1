import {
  ClientOptions,
  ClientSettingsError,
  type ClientSettings,
  resolveSettings,
  type ServiceDefinition,
} from '@client-options/core'

import { type Place, readMapping } from './read-mapping.ts'
import { readVariables } from './read-variables.ts'

/** What a user of the playground sets. */
export interface PlaygroundState {
  /** A mapping of options, as JSON or YAML. */
  readonly options: string
  /** Environment variables, `NAME=value` on each line. */
  readonly environment: string
  /** The service's host template, such as `vision.{universeDomain}`. */
  readonly host: string
  /** A certificate cannot be typed: none, one that the options set, or one that the machine provides. */
  readonly certificate: CertificateChoice
}

export type CertificateChoice = 'none' | 'option' | 'machine'

export interface Problem {
  readonly message: string
  /** In the text of the options. */
  readonly place?: Place | undefined
}

export interface SettingRow {
  readonly name: string
  readonly value: string
  readonly origin: string
}

/** What the state comes to: problems, or settings and notices. */
export interface Evaluation {
  readonly problems: readonly Problem[]
  readonly settings: readonly SettingRow[]
  readonly notices: readonly { readonly code: string; readonly message: string }[]
}

/** Has core parse and resolve what was typed; nothing is sent anywhere. */
export function evaluate(state: PlaygroundState): Evaluation {
  const typed = readMapping(state.options)
  if (typed.problems.length > 0) return failure(typed.problems)
  const parsed = ClientOptions.safeParse(typed.value)
  if (!parsed.success) {
    return failure(
      parsed.issues.map(({ code, path, message, options = [] }) => ({
        message: path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
        place: typed.placeOf(path.length === 0 ? options.slice(1) : path, code === 'unknown_option' ? 'name' : 'value'),
      })),
    )
  }
  const { variables, problems } = readVariables(state.environment)
  if (problems.length > 0) return failure(problems.map(message => ({ message })))
  const service: ServiceDefinition = { host: state.host }
  try {
    const options = state.certificate === 'option' ? parsed.options.with({ clientCertSource }) : parsed.options
    const settings = resolveSettings(options, service, {
      env: variables,
      defaultCertificateSource: state.certificate === 'machine' ? clientCertSource : undefined,
    })
    return { problems: [], settings: rowsOf(settings), notices: settings.notices }
  } catch (error) {
    if (!(error instanceof ClientSettingsError)) throw error
    return failure([{ message: error.message }])
  }
}

function failure(problems: readonly Problem[]): Evaluation {
  return { problems, settings: [], notices: [] }
}

/** It is never called: nothing here connects. */
function clientCertSource(): never {
  throw new Error('The playground does not load certificates')
}

function rowsOf(settings: ClientSettings): readonly SettingRow[] {
  const shown: Readonly<Record<string, unknown>> = JSON.parse(JSON.stringify(settings))
  return Object.entries(settings.origins).flatMap(([name, origin]) => {
    if (origin === undefined) return []
    return [{ name, value: show(name, shown[name]), origin: origin.replace(':', ' ') }]
  })
}

function show(name: string, value: unknown): string {
  if (name === 'endpoint' && typeof value === 'object' && value !== null && 'url' in value) return String(value.url)
  if (name === 'clientCertificate') return 'presented'
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
