import * as grpc from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'

import { resolveSettings } from '../../settings/resolve-settings.ts'
import { endpointChannels } from './endpoint-channels.ts'

const { endpoint } = resolveSettings({}, { host: 'vision.{universeDomain}' }, { env: {} })
const TARGET = 'vision.googleapis.com:443'

/** What a channel is made with. */
function made(environment: Record<string, string>, options: grpc.ChannelOptions = {}) {
  let parameters: [string, grpc.ChannelOptions] | undefined
  const create = endpointChannels(endpoint, environment, (target, credentials, all) => {
    parameters = [target, all]
    return new grpc.Channel(target, credentials, all)
  })
  create('another.example:1', grpc.credentials.createInsecure(), options).close()
  return parameters
}

const direct = [TARGET, { 'grpc.enable_http_proxy': 0 }]

describe('a channel', () => {
  test('leads to the endpoint, whatever a client says', () => {
    expect(made({})).toEqual(direct)
  })

  test.each(['grpc_proxy', 'https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'])('goes through %s', name => {
    expect(made({ [name]: 'http://us%20er:p%40ss@proxy.example' })).toEqual([
      'dns:proxy.example:80',
      {
        'grpc.enable_http_proxy': 0,
        'grpc.default_authority': TARGET,
        'grpc.http_connect_target': `dns:${TARGET}`,
        'grpc.http_connect_creds': 'us er:p@ss',
      },
    ])
  })

  test('prefers the variables of gRPC', () => {
    const environment = { HTTPS_PROXY: 'http://other.example', grpc_proxy: 'http://proxy.example:3128' }
    expect(made(environment)?.[0]).toBe('dns:proxy.example:3128')
    expect(made({ ...environment, NO_PROXY: '*', no_grpc_proxy: 'other.example' })?.[0]).toBe('dns:proxy.example:3128')
    expect(made({ ...environment, no_grpc_proxy: 'googleapis.com' })).toEqual(direct)
    expect(made({ ...environment, NO_PROXY: 'googleapis.com' })).toEqual(direct)
  })

  test('goes directly where the caller says so', () => {
    expect(made({ HTTPS_PROXY: 'http://proxy.example' }, { 'grpc.enable_http_proxy': 0 })).toEqual(direct)
  })

  test('cannot go through an https:// proxy', () => {
    expect(() => made({ HTTPS_PROXY: 'https://user:secret@proxy.example' })).toThrow(
      expect.objectContaining({
        code: 'unsupported_option',
        message:
          'Cannot connect over gRPC through the proxy in HTTPS_PROXY: grpc-js supports only http:// proxies; ' +
          'add vision.googleapis.com to NO_PROXY, or use REST',
      }),
    )
  })
})
