import { readFile } from 'node:fs/promises'

import type { ClientOptionsInput } from '@client-options/core'
import type { ConfigService } from '@nestjs/config'

/** The options that variables of a prefix give, such as `VISION_API_ENDPOINT`; one that is empty counts as unset. */
export function optionsFromEnvironment(config: ConfigService, prefix: string): ClientOptionsInput {
  const variable = (name: string) => config.get<string>(`${prefix}_${name}`) || undefined
  const cert = variable('CLIENT_CERT_FILE')
  const key = variable('CLIENT_KEY_FILE')
  return {
    apiEndpoint: variable('API_ENDPOINT'),
    apiKey: variable('API_KEY'),
    credentialsFile: variable('CREDENTIALS_FILE'),
    quotaProjectId: variable('QUOTA_PROJECT_ID'),
    clientCertSource: cert && key ? async () => ({ cert: await readFile(cert), key: await readFile(key) }) : undefined,
  }
}
