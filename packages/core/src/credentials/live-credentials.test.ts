import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { temporaryFolder } from '@client-options/loopback'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { Deferred } from '../clients/generated/deferred.ts'
import { fileStateSync } from '../files/fingerprint.ts'
import type { Notice } from '../settings/notices.ts'
import { ClientConnectError } from './connect-errors.ts'
import type { CredentialsContent } from './content-source.ts'
import { LiveCredentials } from './live-credentials.ts'
import type { RequestCredentials } from './request-headers.ts'
import { tokenRequestFailed } from './token-error.ts'

const library = () => expect.unreachable('no library is needed')

/** What a token server does with the token request for credentials of a name. */
let tokenServer: (name: string) => Promise<string>
let asked: string[]
let notices: Notice[]

beforeEach(() => {
  asked = []
  notices = []
  tokenServer = async name => `token of ${name}`
})

/** Content by the name of the account. */
function content(name: string): CredentialsContent {
  return {
    type: 'service_account',
    clientEmail: name,
    privateKey: '',
    privateKeyId: undefined,
    projectId: undefined,
    quotaProjectId: undefined,
    universeDomain: 'googleapis.com',
  }
}

/** Gets a token once, and keeps it. */
function make(found: CredentialsContent): RequestCredentials {
  const name = found.type === 'service_account' ? found.clientEmail : ''
  if (name === 'unusable') throw new ClientConnectError('universe_mismatch', 'another universe')
  let token: Promise<string> | undefined
  const get = async () => {
    asked.push(name)
    return tokenServer(name)
  }
  return {
    async headers() {
      token ??= get()
      try {
        return new Map([['authorization', await token]])
      } catch (error) {
        token = undefined
        throw error
      }
    },
  }
}

const invalidGrant = () => tokenRequestFailed('it', { response: { status: 400, data: { error: 'invalid_grant' } } })
const networkFault = () => tokenRequestFailed('it', Object.assign(new Error('ECONNRESET'), { config: {} }))

function live(read: () => CredentialsContent | Promise<CredentialsContent>): LiveCredentials {
  return new LiveCredentials({ files: [], readNow: undefined, read }, notice => void notices.push(notice))
}

async function token(credentials: RequestCredentials): Promise<string | undefined> {
  return (await credentials.headers()).get('authorization')
}

describe('what a function returns', () => {
  test('is read at the first request, once for all that wait, and kept', async () => {
    const read = vi.fn<() => Promise<CredentialsContent>>(async () => content('one'))
    const credentials = live(read).use(library, make)
    expect(read).not.toHaveBeenCalled()
    const tokens = await Promise.all(Array.from({ length: 9 }, () => token(credentials)))
    expect(new Set(tokens)).toEqual(new Set(['token of one']))
    expect(await token(credentials)).toBe('token of one')
    expect(read).toHaveBeenCalledTimes(1)
    expect(asked).toEqual(['one'])
  })

  test('is read once for several endpoints, each of which gets its own token', async () => {
    const read = vi.fn<() => CredentialsContent>(() => content('one'))
    const credentials = live(read)
    const [one, other] = [credentials.use(library, make), credentials.use(library, make)]
    await Promise.all([token(one), token(other)])
    expect(read).toHaveBeenCalledTimes(1)
    expect(asked).toEqual(['one', 'one'])
  })

  test('is asked for again after a failure', async () => {
    const read = vi.fn<() => CredentialsContent>(() => content('one'))
    read.mockImplementationOnce(() => {
      throw new Error('sealed')
    })
    const credentials = live(read).use(library, make)
    await expect(token(credentials)).rejects.toThrow('sealed')
    expect(await token(credentials)).toBe('token of one')
  })

  test('is asked for again when it could not be used', async () => {
    const read = vi.fn<() => CredentialsContent>(() => content('unusable'))
    const credentials = live(read).use(library, make)
    await expect(token(credentials)).rejects.toMatchObject({ code: 'universe_mismatch' })
    read.mockReturnValue(content('one'))
    expect(await token(credentials)).toBe('token of one')
  })

  test.each([
    ['invalid_grant', { response: { status: 400, data: { error: 'invalid_grant' } } }],
    ['status 401', { response: { status: 401 } }],
  ])('is asked for again after %s, and the request is made with the new', async (_what, refusal) => {
    const read = vi.fn<() => CredentialsContent>(() => content('one'))
    const credentials = live(read).use(library, make)
    await token(credentials)
    tokenServer = async name => {
      if (name === 'two') return 'token of two'
      throw tokenRequestFailed('it', refusal)
    }
    const renewed = live(read).use(library, make)
    read.mockReturnValueOnce(content('one')).mockReturnValue(content('two'))
    const tokens = await Promise.all(Array.from({ length: 5 }, () => token(renewed)))
    expect(tokens).toEqual(Array.from({ length: 5 }, () => 'token of two'))
    expect(read).toHaveBeenCalledTimes(3)
  })

  test('that is still the same is not tried again for that request, but with the next', async () => {
    const read = vi.fn<() => CredentialsContent>(() => content('one'))
    const credentials = live(read).use(library, make)
    tokenServer = () => Promise.reject(invalidGrant())
    await expect(token(credentials)).rejects.toThrow(/invalid_grant/)
    expect(read).toHaveBeenCalledTimes(2)
    expect(asked).toEqual(['one'])
    read.mockReturnValue(content('two'))
    tokenServer = async name => (name === 'two' ? 'token of two' : Promise.reject(invalidGrant()))
    expect(await token(credentials)).toBe('token of two')
  })

  test.each([
    ['a fault of the network', networkFault],
    ['status 403', () => tokenRequestFailed('it', { response: { status: 403 } })],
    ['status 503', () => tokenRequestFailed('it', { response: { status: 503 } })],
  ])('is not asked for after %s', async (_what, fault) => {
    const read = vi.fn<() => CredentialsContent>(() => content('one'))
    const credentials = live(read).use(library, make)
    tokenServer = () => Promise.reject(fault())
    await expect(token(credentials)).rejects.toMatchObject({ code: 'token_request_failed' })
    expect(read).toHaveBeenCalledTimes(1)
  })
})

describe('rotate', () => {
  test('asks for it again, and uses a new token also where it is the same', async () => {
    const read = vi.fn<() => CredentialsContent>(() => content('one'))
    const source = live(read)
    const credentials = source.use(library, make)
    await token(credentials)
    await Promise.all([source.rotate(), source.rotate()])
    expect(read).toHaveBeenCalledTimes(2)
    expect(asked).toEqual(['one', 'one'])
    read.mockReturnValue(content('two'))
    await source.rotate()
    expect(asked).toEqual(['one', 'one', 'two'])
    expect(await token(credentials)).toBe('token of two')
    expect(asked).toHaveLength(3)
  })

  test('while it reads, requests go on with what is in use', async () => {
    const later = new Deferred<CredentialsContent>()
    const read = vi.fn<() => CredentialsContent | Promise<CredentialsContent>>(() => content('one'))
    const source = live(read)
    const credentials = source.use(library, make)
    await token(credentials)
    read.mockReturnValue(later.promise)
    const rotation = source.rotate()
    expect(await token(credentials)).toBe('token of one')
    later.set(content('two'))
    await rotation
    expect(await token(credentials)).toBe('token of two')
  })

  test('does not take what was being read before it for the new', async () => {
    const later = new Deferred<CredentialsContent>()
    const read = vi.fn<() => CredentialsContent | Promise<CredentialsContent>>(() => content('two'))
    read.mockReturnValueOnce(later.promise)
    const source = live(read)
    const first = token(source.use(library, make))
    const rotation = source.rotate()
    later.set(content('one'))
    await Promise.all([first, rotation])
    expect(read).toHaveBeenCalledTimes(2)
  })

  test('that is asked for while another one reads, reads once more, for all that ask meanwhile', async () => {
    const later = new Deferred<CredentialsContent>()
    const read = vi.fn<() => CredentialsContent | Promise<CredentialsContent>>(() => content('one'))
    const source = live(read)
    const credentials = source.use(library, make)
    await token(credentials)
    read.mockReturnValueOnce(later.promise)
    const first = source.rotate()
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2))
    read.mockReturnValue(content('three'))
    const others = [source.rotate(), source.rotate()]
    later.set(content('two'))
    await Promise.all([first, ...others])
    expect(await token(credentials)).toBe('token of three')
    expect(read).toHaveBeenCalledTimes(3)
  })

  test('reads also after one under way that failed', async () => {
    const read = vi.fn<() => CredentialsContent | Promise<CredentialsContent>>(() => content('one'))
    const source = live(read)
    const credentials = source.use(library, make)
    await token(credentials)
    const later = new Deferred<void>()
    read.mockImplementationOnce(() => later.promise.then(() => Promise.reject(new Error('sealed'))))
    const failure = expect(source.rotate()).rejects.toThrow('sealed')
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2))
    read.mockReturnValue(content('two'))
    const rotation = source.rotate()
    later.set()
    await Promise.all([failure, rotation])
    expect(await token(credentials)).toBe('token of two')
  })

  test.each([
    ['cannot be read', () => Promise.reject(new Error('sealed')), 'sealed'],
    ['cannot be used', () => content('unusable'), 'another universe'],
    ['gives no token', () => content('refused'), 'invalid_grant'],
  ])('that %s is an error, and the old stays in use', async (_what, next, message) => {
    const read = vi.fn<() => CredentialsContent | Promise<CredentialsContent>>(() => content('one'))
    const source = live(read)
    const credentials = source.use(library, make)
    await token(credentials)
    tokenServer = async name => (name === 'refused' ? Promise.reject(invalidGrant()) : 'token of one')
    read.mockImplementation(next)
    await expect(source.rotate()).rejects.toThrow(message)
    expect(await token(credentials)).toBe('token of one')
    expect(notices).toEqual([])
  })

  test('before the first request reads it once', async () => {
    const read = vi.fn<() => CredentialsContent>(() => content('one'))
    const source = live(read)
    const credentials = source.use(library, make)
    await source.rotate()
    expect(await token(credentials)).toBe('token of one')
    expect(read).toHaveBeenCalledTimes(1)
  })

  test('is an error where nothing uses it', async () => {
    await expect(live(() => content('one')).rotate()).rejects.toThrow(TypeError)
  })
})

describe('a file', () => {
  let path: string
  let source: LiveCredentials
  let credentials: RequestCredentials
  let time: number

  beforeEach(async () => {
    const folder = await temporaryFolder()
    onTestFinished(() => folder[Symbol.asyncDispose]())
    path = join(folder.path, 'c.json')
    time = 0
    vi.spyOn(performance, 'now').mockImplementation(() => time)
    onTestFinished(() => void vi.restoreAllMocks())
    await replace('one')
    source = new LiveCredentials(
      { files: [path], readNow: undefined, read: readFileContent },
      notice => void notices.push(notice),
      {
        files: fileStateSync([path]),
        content: content('one'),
      },
    )
    credentials = source.use(library, make)
  })

  async function readFileContent(): Promise<CredentialsContent> {
    const name = await readFile(path, 'utf8')
    if (name.includes('faulty')) throw new Error(`The file is ${name}`)
    return content(name)
  }

  async function replace(name: string): Promise<void> {
    await writeFile(`${path}.new`, name)
    await rename(`${path}.new`, path)
    time += 1_001
  }

  test('that has changed is read, and makes the next token, for all who ask at the time', async () => {
    expect(await token(credentials)).toBe('token of one')
    await replace('two')
    const tokens = await Promise.all(Array.from({ length: 9 }, () => token(credentials)))
    expect(new Set(tokens)).toEqual(new Set(['token of two']))
    expect(asked).toEqual(['one', 'two'])
    expect(await source.load(library)).toEqual(content('two'))
  })

  test('that has changed before the first request is read', async () => {
    await replace('two')
    expect(await token(credentials)).toBe('token of two')
    expect(asked).toEqual(['two'])
  })

  test('is looked at once a second at most', async () => {
    await token(credentials)
    await replace('two')
    time -= 2
    expect(await token(credentials)).toBe('token of one')
    time += 2
    expect(await token(credentials)).toBe('token of two')
  })

  test('that has changed to the same keeps its tokens', async () => {
    await token(credentials)
    await replace('one')
    expect(await token(credentials)).toBe('token of one')
    expect(asked).toEqual(['one'])
  })

  test('that is faulty leaves the old in use, with one notice a fault', async () => {
    await token(credentials)
    await replace('faulty')
    for (let request = 0; request < 3; request++) {
      expect(await token(credentials)).toBe('token of one')
      time += 20_000
    }
    expect(notices).toEqual([
      {
        code: 'credentials_not_replaced',
        option: 'credentialsFile',
        message: 'Keeping the previous credentials. The file is faulty',
      },
    ])
    await replace('faulty in another way')
    await token(credentials)
    expect(notices).toHaveLength(2)
    await replace('two')
    expect(await token(credentials)).toBe('token of two')
    await replace('faulty')
    await token(credentials)
    expect(notices).toHaveLength(3)
  })

  test.each([
    ['the token server refuses', 'invalid_grant'],
    ['is of another universe', 'another universe'],
  ])('that %s leaves the old in use', async (what, message) => {
    await token(credentials)
    tokenServer = async name => (name === 'refused' ? Promise.reject(invalidGrant()) : `token of ${name}`)
    await replace(what.includes('refuses') ? 'refused' : 'unusable')
    expect(await token(credentials)).toBe('token of one')
    expect(notices).toMatchObject([{ message: expect.stringContaining(message) }])
  })

  test('that gave no token for the state of the network is tried again after a while', async () => {
    await token(credentials)
    tokenServer = () => Promise.reject(networkFault())
    await replace('two')
    expect(await token(credentials)).toBe('token of one')
    tokenServer = async name => `token of ${name}`
    time += 5_000
    expect(await token(credentials)).toBe('token of one')
    time += 5_001
    expect(await token(credentials)).toBe('token of two')
  })

  test('whose token takes too long does not hold requests up for ever', { timeout: 10_000 }, async () => {
    await token(credentials)
    const later = new Deferred<string>()
    tokenServer = () => later.promise
    await replace('two')
    expect(await token(credentials)).toBe('token of one')
    later.set('token of two')
    await vi.waitFor(async () => expect(await token(credentials)).toBe('token of two'))
  })

  test('that is replaced when its token has just been refused is read at once', async () => {
    await replace('one')
    await token(credentials)
    tokenServer = async name => (name === 'one' ? Promise.reject(invalidGrant()) : `token of ${name}`)
    const other = source.use(library, make)
    await replace('two')
    time -= 1_001
    expect(await token(other)).toBe('token of two')
  })
})
