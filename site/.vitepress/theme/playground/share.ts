import { ClientOptions } from '@client-options/core'
import { stringify } from 'yaml'

import { type CertificateChoice, evaluate, type PlaygroundState } from './evaluate.ts'
import { readMapping } from './read-mapping.ts'
import { readVariables } from './read-variables.ts'

const LEFT_OUT = '[left out]'
/** The variables that core's settings come from; others are nobody's business. */
const shared = new Set([
  'GOOGLE_API_USE_CLIENT_CERTIFICATE',
  'GOOGLE_API_USE_MTLS_ENDPOINT',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLOUD_QUOTA_PROJECT',
  'GOOGLE_CLOUD_UNIVERSE_DOMAIN',
])

/**
 * The state as the fragment of a link, which a browser does not send to the server. Without secrets: an option is in it as core
 * shows it, and a value that core refuses is left out, since anything may have been pasted in the wrong place.
 */
export function toFragment(state: PlaygroundState): string {
  const parameters = new URLSearchParams({
    options: shareOptions(state.options),
    environment: shareVariables(state),
    host: state.host,
    certificate: state.certificate,
  })
  return parameters.toString()
}

/** What a link says; what it does not say is as in `fallback`. */
export function fromFragment(fragment: string, fallback: PlaygroundState): PlaygroundState {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''))
  const certificate = parameters.get('certificate')
  return {
    options: parameters.get('options') ?? fallback.options,
    environment: parameters.get('environment') ?? fallback.environment,
    host: parameters.get('host') ?? fallback.host,
    certificate: isChoice(certificate) ? certificate : fallback.certificate,
  }
}

function isChoice(value: string | null): value is CertificateChoice {
  return value === 'none' || value === 'option' || value === 'machine'
}

function shareOptions(text: string): string {
  const { value, problems } = readMapping(text)
  if (problems.length > 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return ''
  const entries = Object.entries(value).flatMap(([key, given], index) => {
    const parsed = ClientOptions.safeParse({ [key]: given })
    if (parsed.success) return Object.values(parsed.options.toJSON()).map(shown => [key, shown])
    // A key that is not an option may be a secret itself.
    const isUnknown = parsed.issues.some(({ code }) => code === 'unknown_option')
    return [[isUnknown && !/^\w{1,40}$/.test(key) ? `key${index}` : key, LEFT_OUT]]
  })
  const mapping: unknown = Object.fromEntries(entries)
  return text.trimStart().startsWith('{') ? JSON.stringify(mapping, null, 2) : stringify(mapping)
}

function shareVariables(state: PlaygroundState): string {
  const { variables } = readVariables(state.environment)
  return Object.entries(variables)
    .filter(([name]) => shared.has(name))
    .map(([name, value]) => `${name}=${isAccepted(name, value) ? value : LEFT_OUT}`)
    .join('\n')
}

function isAccepted(name: string, value: string): boolean {
  const environment = `${name}=${value}`
  return evaluate({ options: '', environment, host: 'www.{universeDomain}', certificate: 'none' }).problems.length === 0
}
