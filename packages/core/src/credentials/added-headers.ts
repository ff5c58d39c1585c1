import type { RequestCredentials } from './request-credentials.ts'

/** Credentials whose headers have these besides, in the place of their own of the same name. */
export function adding(added: Readonly<Record<string, string>>, credentials: RequestCredentials): RequestCredentials {
  return {
    async headers(url) {
      const all = new Headers(await credentials.headers(url))
      for (const [name, value] of Object.entries(added)) all.set(name, value)
      return all
    },
  }
}
