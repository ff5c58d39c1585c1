import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

import { type FileState, fileState, hasChanged, noFiles } from '../files/fingerprint.ts'
import { isError } from '../options/errors.ts'
import { credentialsNotReplaced, type Notice } from '../settings/notices.ts'
import type { ContentSource, CredentialsContent } from './content-source.ts'
import type { LibrarySource } from './google-auth-library.ts'
import type { RequestCredentials, RequestHeaders } from './request-headers.ts'
import { areCredentialsRefused } from './token-error.ts'

/** Between two looks at the files, and between two attempts to use the same faulty ones. */
const FILE_CHECK_PAUSE = 1_000
const RETRY_PAUSE = 10_000
/** How long requests wait for the token of a new file, when there is an old one. */
const PATIENCE = 2_000

/** What makes credentials for one endpoint of a client out of their content. */
interface User {
  readonly library: LibrarySource
  readonly make: (content: CredentialsContent) => RequestCredentials
  /** Whether a request was made with them. */
  isUsed: boolean
}

/** Content that was read, and what was made of it: the tokens are kept there, so that new content has new tokens. */
class Generation {
  readonly content: CredentialsContent
  readonly #made = new Map<User, RequestCredentials>()

  constructor(content: CredentialsContent) {
    this.content = content
  }

  for(user: User): RequestCredentials {
    let made = this.#made.get(user)
    if (made === undefined) this.#made.set(user, (made = user.make(this.content)))
    return made
  }
}

/** The content as it was read when the client was created. */
export interface KnownContent {
  readonly content: CredentialsContent
  /** The state of its files, from before they were read. */
  readonly files: FileState
}

/**
 * The credentials of a client, for all of its endpoints. Their content is read again when its files have changed, when the
 * token service has refused it, and on {@link LiveCredentials.rotate}; concurrent requests share one reading. New content is
 * put into use once it has given a token: until then, and if it never does, the old one stays. Nothing runs between requests:
 * no timer, no file watcher.
 */
export class LiveCredentials {
  readonly #source: ContentSource
  readonly #warn: (notice: Notice) => void
  readonly #users: User[] = []
  #current: Generation | undefined
  #renewal: Promise<Generation> | undefined
  /** The one that has not begun to read, which all calls until then share. */
  #nextRotation: Promise<void> | undefined
  #look: Promise<void> | undefined
  #filesInUse = noFiles
  #filesTried = noFiles
  #reported: string | undefined
  /** Monotonic time: a clock that is set back must not make a pause longer. */
  #lookAt = 0
  #retryAt = 0

  constructor(source: ContentSource, warn: (notice: Notice) => void, known?: KnownContent) {
    this.#source = source
    this.#warn = warn
    if (known === undefined) return
    this.#current = new Generation(known.content)
    this.#filesInUse = known.files
  }

  /** The content in use; none before the first request, if it takes waiting or a search. */
  get content(): CredentialsContent | undefined {
    return this.#current?.content
  }

  /** The file that it is read from, if it is in one. */
  get file(): string | undefined {
    return this.#source.files[0]
  }

  /**
   * Credentials for one endpoint of the client.
   * @param make Makes them out of content: at once, if it is known already.
   * @throws What `make` throws.
   */
  use(library: LibrarySource, make: User['make']): RequestCredentials {
    const user = { library, make, isUsed: false }
    this.#current?.for(user)
    this.#users.push(user)
    return { headers: url => this.#headers(user, url) }
  }

  /**
   * The content in use, read if it was not yet, or if its files have changed.
   * @throws what reading it throws, when there is none to use instead.
   */
  async load(library: LibrarySource): Promise<CredentialsContent> {
    return (await this.#ready(library)).content
  }

  /**
   * Reads the content again, and puts it into use with new tokens.
   * @throws {TypeError} when nothing uses it. What reading it, or getting a token, throws: the old one stays in use then.
   */
  rotate(): Promise<void> {
    this.#nextRotation ??= this.#rotate()
    return this.#nextRotation
  }

  async #rotate(): Promise<void> {
    // One that is under way may have read what is to be replaced.
    do await this.#renewal?.catch(() => {})
    while (this.#renewal !== undefined)
    this.#nextRotation = undefined
    const [user] = this.#users
    if (user === undefined) throw new TypeError('Cannot rotate credentials that do not authenticate this client')
    await this.#renew(user.library, true)
  }

  async #headers(user: User, url: string | undefined): Promise<RequestHeaders> {
    user.isUsed = true
    const generation = await this.#ready(user.library)
    try {
      return await generation.for(user).headers(url)
    } catch (error) {
      const next = areCredentialsRefused(error) ? await this.#replacement(generation, user) : undefined
      if (next === undefined) throw error
      return next.for(user).headers(url)
    }
  }

  async #ready(library: LibrarySource): Promise<Generation> {
    if (this.#current === undefined) return this.#renew(library)
    if (this.#source.files.length > 0 && performance.now() >= this.#lookAt) {
      this.#look ??= this.#lookAtFiles(library).finally(() => {
        this.#look = undefined
      })
    }
    await this.#look
    return this.#current
  }

  async #lookAtFiles(library: LibrarySource): Promise<void> {
    this.#lookAt = performance.now() + FILE_CHECK_PAUSE
    if (!(await hasChanged(this.#filesInUse))) return
    if (performance.now() < this.#retryAt && !(await hasChanged(this.#filesTried))) return
    const renewal = this.#renew(library).catch((error: unknown) => this.#report(error))
    await Promise.race([renewal, setTimeout(PATIENCE, undefined, { ref: false })])
  }

  /** Once for each fault. */
  #report(error: unknown): void {
    const fault = isError(error) ? error.message : String(error)
    if (fault === this.#reported) return
    this.#reported = fault
    this.#warn(credentialsNotReplaced(fault))
  }

  /** What takes the place of content that the token service has refused; nothing, when it is still the same. */
  async #replacement(refused: Generation, { library }: User): Promise<Generation | undefined> {
    const next = this.#current === refused ? await this.#renew(library) : this.#current
    return next === refused ? undefined : next
  }

  #renew(library: LibrarySource, isRotation = false): Promise<Generation> {
    this.#renewal ??= this.#read(library, isRotation).finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #read(library: LibrarySource, isRotation: boolean): Promise<Generation> {
    // The state first: a change while the files are read then shows as a change, and they are read again.
    const files = await fileState(this.#source.files)
    this.#filesTried = files
    this.#retryAt = performance.now() + RETRY_PAUSE
    const content = await this.#source.read(library)
    const previous = this.#current
    const isSame = previous !== undefined && !isRotation && isDeepStrictEqual(content, previous.content)
    const next = isSame ? previous : new Generation(content)
    if (previous === undefined) for (const user of this.#users) next.for(user)
    else if (!isSame) await this.#prove(next)
    this.#current = next
    this.#filesInUse = files
    this.#reported = undefined
    return next
  }

  /** Gets a token for each endpoint that requests were sent to, or for one when none was. */
  async #prove(next: Generation): Promise<void> {
    const used = this.#users.filter(({ isUsed }) => isUsed)
    await Promise.all((used.length > 0 ? used : this.#users.slice(0, 1)).map(async user => next.for(user).headers()))
  }
}
