import type { OptionName } from './types.ts'

/**
 * The doc comments of `OptionTypes`, for the JSON Schema; written by tools/write-docs.ts. Apart from the table, so that who imports
 * the class alone does not load them.
 */
export const descriptions: Readonly<Record<OptionName, string>> = {
  apiEndpoint: "The API's endpoint: host, host:port, [v6]:port or https://host[:port][/base]; never rewritten.",
  clientCertSource:
    'A function that returns the client certificate and its key as PEM; excludes clientEncryptedCertSource.',
  clientEncryptedCertSource:
    'A function that returns the paths of a PEM certificate and its encrypted key, and the passphrase.',
  quotaProjectId: 'The quota project: it is charged for quota and billing (x-goog-user-project).',
  credentialsFile: 'Path of a credentials JSON file; excludes apiKey and credentials.',
  scopes: 'OAuth 2.0 scopes (RFC 6749, section 3.3); they replace those of the service.',
  apiKey: 'The API key (x-goog-api-key); a secret, never shown; excludes credentials and credentialsFile.',
  apiAudience: 'The audience of self-signed JWTs; by default the URL of the endpoint.',
  universeDomain: 'The universe domain of the service and of the credentials, a host name; by default googleapis.com.',
  tracerProvider: "The OpenTelemetry tracer provider that receives the client's spans.",
  credentials:
    'The content of a credentials file, as an object or as JSON text, or a function that returns either; a secret, never shown; excludes credentialsFile and apiKey.',
  impersonate:
    'A service account to act as: its e-mail, or { targetPrincipal, delegates, lifetimeSeconds }. The credentials get its tokens from IAM; excludes apiKey.',
  anonymous:
    'Whether no credentials are sent, as to emulators and for public data; excludes apiKey, credentials, credentialsFile and impersonate.',
  requestReason: 'Why the requests are made, for audit logs (x-goog-request-reason).',
  userAgent: "Product tokens (RFC 9110, section 10.1.5) that are sent in front of the client's own user-agent.",
}
