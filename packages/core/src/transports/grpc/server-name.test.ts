import { expect, test } from 'vitest'

import { resolveSettings } from '../../settings/resolve-settings.ts'
import { refuseAddress } from './server-name.ts'

function refuse(apiEndpoint: string, nodeVersion: string): void {
  refuseAddress(resolveSettings({ apiEndpoint }, { host: 'x.{universeDomain}' }, { env: {} }).endpoint, nodeVersion)
}

test.each(['127.0.0.1:443', '[::1]:443', '10.0.0.1', 'https://[2001:db8::1]'])(
  '%s is refused over TLS where Node takes no address as server name',
  apiEndpoint => {
    const refusal = { code: 'unsupported_option', message: expect.stringMatching(/apiEndpoint to a host name/) }
    expect(() => refuse(apiEndpoint, '26.0.0')).toThrow(expect.objectContaining(refusal))
    expect(() => refuse(apiEndpoint, '25.9.0')).not.toThrow()
  },
)

test.each(['localhost:443', 'vision.googleapis.com', 'a1.example', 'http://127.0.0.1:80'])('%s is not', apiEndpoint => {
  expect(() => refuse(apiEndpoint, '26.12.1')).not.toThrow()
})
