import { expect, test } from 'vitest'

import {
  authEmulator,
  credentialsNotReplaced,
  noToken,
  type Notice,
  notPresented,
  replacedOption,
  tracedByLibrary,
  untriedVersion,
  usesEmulator,
} from './notices.ts'

const emulator = { host: 'localhost', port: 8085, tls: false, basePath: '', url: 'http://localhost:8085/' }
const hidden = { option: 'credentialsFile', value: 'c.json' } as const

test.for<[notice: Omit<Notice, 'option'> & Partial<Notice>, about: string, says: string]>([
  [
    noToken('scopes', false),
    'no_token scopes',
    'Ignoring scopes because an API key is sent instead of a token; remove it, or use credentialsFile',
  ],
  [
    noToken('impersonate', true, 'VARIABLE'),
    'no_token impersonate',
    'Ignoring VARIABLE because anonymous is set and no token is sent; remove anonymous or VARIABLE',
  ],
  [
    usesEmulator('VARIABLE', emulator, []),
    'emulator apiEndpoint',
    'Using the emulator at localhost:8085 without credentials, because VARIABLE is set',
  ],
  [
    usesEmulator('VARIABLE', emulator, ['apiKey', 'clientCertSource']),
    'emulator apiEndpoint',
    'Using the emulator at localhost:8085 without credentials, because VARIABLE is set; ' +
      'apiKey and clientCertSource will not be sent',
  ],
  [
    authEmulator('VARIABLE'),
    'emulator credentialsFile',
    'Using an emulator for Firebase Auth, without credentials or a certificate, because VARIABLE is set',
  ],
  [
    notPresented(),
    'not_presented clientCertSource',
    "Ignoring the certificate of this machine because the client uses only the auth's headers; " +
      "use the auth's request or fetch, or createClient",
  ],
  [
    tracedByLibrary(),
    'traced_by_library tracerProvider',
    'Adding no spans for tracerProvider because google-gax creates the spans of this client for the same tracer provider',
  ],
  [
    replacedOption({ ...hidden, origin: 'option' }, 'apiKey'),
    'replaced_option credentialsFile',
    'Ignoring credentialsFile because a later layer of options sets apiKey, and they are mutually exclusive',
  ],
  [
    replacedOption({ ...hidden, origin: 'file:/o.yaml:2' }, 'apiKey'),
    'replaced_option credentialsFile',
    'Ignoring credentialsFile (file:/o.yaml:2) because a later layer of options sets apiKey, and they are mutually exclusive',
  ],
  [
    credentialsNotReplaced('Cannot read it.'),
    'credentials_not_replaced credentialsFile',
    'Keeping the previous credentials. Cannot read it.',
  ],
  [
    untriedVersion('google-gax 99'),
    'untried_version undefined',
    'google-gax 99 was not tested with @client-options/core: options could be lost without an error',
  ],
])('%o', ([{ code, option, message }, about, says]) => {
  expect({ about: `${code} ${option}`, message }).toEqual({ about, message: says })
})
