import type { ClientOptions } from '../options/client-options.ts'
import { fieldList } from '../options/fields.ts'
import { HIDDEN, inspectCustom } from '../options/redact.ts'
import type { Impersonation, OptionName, OptionTypes, TracerProvider } from '../options/types.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { Endpoint } from './endpoint.ts'
import type { Notice } from './notices.ts'
import type { Origin } from './origin.ts'

/** The setting that each option decides. */
export const settingOf = {
  apiEndpoint: 'endpoint',
  clientCertSource: 'clientCertificate',
  clientEncryptedCertSource: 'clientCertificate',
  quotaProjectId: 'quotaProjectId',
  credentialsFile: 'credentialsFile',
  credentials: 'credentials',
  scopes: 'scopes',
  apiKey: 'apiKey',
  apiAudience: 'audience',
  universeDomain: 'universeDomain',
  tracerProvider: 'tracerProvider',
  impersonate: 'impersonate',
  anonymous: 'anonymous',
  requestReason: 'requestReason',
  userAgent: 'userAgent',
} as const satisfies Readonly<Record<OptionName, string>>

/** The settings that have an origin. */
export type SettingName = (typeof settingOf)[OptionName]

/** What a client is built from: every decision made, and where each came from. Immutable; a secret is never shown. */
export interface ClientSettings {
  /** Where the client connects to. */
  readonly endpoint: Endpoint
  /**
   * Whether requests are sent without credentials: because of the option, or to an emulator, which is not shown a certificate
   * either.
   */
  readonly anonymous: boolean
  /** The universe domain of the service and of the credentials; `googleapis.com` by default. */
  readonly universeDomain: string
  /** Present when a client certificate is used. */
  readonly clientCertificate?: ClientCertificate | undefined
  /** The API key, a secret: inspection and JSON show a placeholder. */
  readonly apiKey?: string | undefined
  /** Path of the credentials file, from the options or `GOOGLE_APPLICATION_CREDENTIALS`. */
  readonly credentialsFile?: string | undefined
  /** The content of the credentials, or the function that returns it, a secret: inspection and JSON show a placeholder. */
  readonly credentials?: OptionTypes['credentials'] | undefined
  /** The service account to act as, from the options, `GOOGLE_IMPERSONATE_SERVICE_ACCOUNT` or gcloud's variable. */
  readonly impersonate?: Impersonation | undefined
  /** The quota project, from the options, `GOOGLE_CLOUD_QUOTA_PROJECT` or the credentials. */
  readonly quotaProjectId?: string | undefined
  /** Why the requests are made, from the options or `CLOUDSDK_CORE_REQUEST_REASON`. */
  readonly requestReason?: string | undefined
  /** The product tokens in front of the client's own user agent. */
  readonly userAgent?: string | undefined
  /** Empty when neither the options nor the service have any. */
  readonly scopes: readonly string[]
  /** The audience of tokens: `apiAudience`, else the endpoint's URL. */
  readonly audience: string
  /** The OpenTelemetry tracer provider that receives the spans. */
  readonly tracerProvider?: TracerProvider | undefined
  /**
   * Where each value came from: `option`, `environment:NAME`, `file:PATH` (with `:LINE` for an option file), `service` or
   * `default`; `undefined` for none.
   */
  readonly origins: Readonly<Record<SettingName, Origin | undefined>>
  /** What a user would want to know, though it is no error. */
  readonly notices: readonly Notice[]
}

/** The settings as an object that hides its secrets, as `ClientOptions` does. */
export class ResolvedSettings implements ClientSettings {
  readonly endpoint: Endpoint
  readonly anonymous: boolean
  readonly universeDomain: string
  readonly clientCertificate: ClientCertificate | undefined
  readonly credentialsFile: string | undefined
  readonly impersonate: Impersonation | undefined
  readonly quotaProjectId: string | undefined
  readonly requestReason: string | undefined
  readonly userAgent: string | undefined
  readonly scopes: readonly string[]
  readonly audience: string
  readonly origins: Readonly<Record<SettingName, Origin | undefined>>
  readonly notices: readonly Notice[]
  readonly #apiKey: string | undefined
  readonly #credentials: OptionTypes['credentials'] | undefined
  readonly #tracerProvider: TracerProvider | undefined
  readonly #setByUser: ReadonlySet<SettingName>

  /** @param options What the settings were resolved from. */
  constructor(settings: ClientSettings, options: ClientOptions) {
    this.endpoint = settings.endpoint
    this.anonymous = settings.anonymous
    this.universeDomain = settings.universeDomain
    this.clientCertificate = settings.clientCertificate && Object.freeze(settings.clientCertificate)
    this.credentialsFile = settings.credentialsFile
    this.impersonate = settings.impersonate
    this.quotaProjectId = settings.quotaProjectId
    this.requestReason = settings.requestReason
    this.userAgent = settings.userAgent
    this.scopes = settings.scopes
    this.audience = settings.audience
    this.origins = Object.freeze(settings.origins)
    this.notices = Object.freeze(settings.notices.map(notice => Object.freeze(notice)))
    this.#apiKey = settings.apiKey
    this.#credentials = settings.credentials
    this.#tracerProvider = settings.tracerProvider
    const set = fieldList.filter(({ name }) => options[name] !== undefined).map(({ name }) => settingOf[name])
    this.#setByUser = new Set(set.filter(name => settings.origins[name] !== undefined))
    Object.freeze(this)
  }

  get apiKey(): string | undefined {
    return this.#apiKey
  }

  get credentials(): OptionTypes['credentials'] | undefined {
    return this.#credentials
  }

  get tracerProvider(): TracerProvider | undefined {
    return this.#tracerProvider
  }

  static isSetByUser(settings: ClientSettings, name: SettingName): boolean {
    if (#setByUser in settings) return settings.#setByUser.has(name)
    throw new TypeError('Cannot tell who set a setting: the settings are not those that resolveSettings returned')
  }

  toJSON(): object {
    const credentials = typeof this.#credentials === 'function' ? '[Function]' : HIDDEN
    return {
      ...Object.fromEntries(Object.entries(this)),
      ...(this.#apiKey !== undefined && { apiKey: HIDDEN }),
      ...(this.#credentials !== undefined && { credentials }),
      ...(this.#tracerProvider !== undefined && { tracerProvider: '[TracerProvider]' }),
    }
  }

  [inspectCustom](_depth: unknown, style: object, inspect?: (value: unknown, style: object) => string): string {
    return inspect === undefined ? JSON.stringify(this) : `ClientSettings ${inspect(this.toJSON(), style)}`
  }
}

/**
 * Whether the user set something for this client: in code, in an option file or by a variable of the application's own. Not the
 * machine for all clients, nor the service. The origin alone does not tell, as both may name a variable or a file.
 */
export function isSetByUser(settings: ClientSettings, name: SettingName): boolean {
  return ResolvedSettings.isSetByUser(settings, name)
}
