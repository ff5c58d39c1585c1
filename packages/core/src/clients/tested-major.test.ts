import { PubSub } from '@google-cloud/pubsub'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { beforeEach, describe, expect, test, vi } from 'vitest'

import { createClient } from '../google-cloud.ts'

const warn = vi.spyOn(process, 'emitWarning')
beforeEach(() => void warn.mockReset().mockReturnValue())

/** Classes as they may be one day. What the constructor received is kept in `received`. */
const laterClasses = {
  'google-gax 7.0.0': class extends ImageAnnotatorClient {
    readonly received: object

    constructor(options: ConstructorParameters<typeof ImageAnnotatorClient>[0] & object) {
      super(options)
      this.received = options
      Object.assign(this, { _gaxModule: { ...Object(Reflect.get(this, '_gaxModule')), version: '7.0.0' } })
    }
  },
  '@google-cloud/pubsub 7.0.0': class extends PubSub {
    readonly received: object

    constructor(options: object) {
      super(options)
      this.received = options
      Object.assign(this.options, { libVersion: '7.0.0' })
    }
  },
  '@google-cloud/storage 9.0.0': class extends Storage {
    readonly received: object

    constructor(options: object) {
      super(options)
      this.received = options
      Object.assign(this, { packageJson: { name: '@google-cloud/storage', version: '9.0.0' } })
    }
  },
}

describe.each(Object.entries(laterClasses))('%s', (library, clientClass) => {
  test('is refused by name, with what to do', () => {
    for (const extra of [
      undefined,
      {},
      { untried: undefined },
      { untried: false as never },
      { untried: 'no' as never },
    ]) {
      expect(() => createClient(clientClass, { apiKey: 'key' }, extra)).toThrow(
        expect.objectContaining({
          code: 'unsupported_library',
          message: expect.stringMatching(`^Unsupported ${library}: .*Use .*, update .*untried: true`),
        }),
      )
    }
    expect(warn).not.toHaveBeenCalled()
  })

  test('is one notice for a caller who wants to try it', () => {
    const client = createClient(clientClass, { apiKey: 'key' }, { untried: true })
    expect(client).toBeInstanceOf(clientClass)
    expect(client.received).not.toHaveProperty('untried')
    const notice = { type: 'ClientOptionsWarning', code: 'untried_version' }
    expect(warn.mock.calls).toEqual([[expect.stringContaining(`${library} was not tested`), notice]])
  })

  test('a misspelt untried is refused', () => {
    expect(() => createClient(clientClass, { apiKey: 'key' }, { untryed: true } as never)).toThrow(
      expect.objectContaining({ code: 'reserved_option', message: expect.stringContaining('did you mean untried?') }),
    )
  })
})

test.each([ImageAnnotatorClient, PubSub, Storage])('a tested version is no notice: %o', clientClass => {
  createClient(clientClass as typeof Storage, { apiKey: 'key' }, { untried: true })
  expect(warn).not.toHaveBeenCalled()
})
