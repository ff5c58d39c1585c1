import { ClientConnectError } from '../credentials/connect-errors.ts'
import type { OptionName } from '../options/types.ts'
import { isSetByUser } from '../settings/client-settings.ts'
import { notPresented } from '../settings/notices.ts'
import { type Connection, warnOfNotices } from './connection.ts'

/**
 * Checks that headers say everything that the options do, for an auth that is passed on to a client which sends by itself.
 * What the user set is an error, what the machine provides is a notice.
 * @param alsoLost The options that this client would lose besides the certificate, the tracer provider and the user agent.
 * @returns A function that throws a `ClientConnectError` with `unsupported_option`.
 */
export function headersAloneCheck({ settings }: Connection, alsoLost: readonly OptionName[] = []): () => void {
  const { clientCertificate, tracerProvider, userAgent } = settings
  const isFromUser = isSetByUser(settings, 'clientCertificate')
  const lost = [
    ...alsoLost,
    isFromUser && (clientCertificate?.encrypted === true ? 'clientEncryptedCertSource' : 'clientCertSource'),
    tracerProvider !== undefined && 'tracerProvider',
    userAgent !== undefined && 'userAgent',
  ].filter(name => name !== false)
  let isNoticeDue = clientCertificate !== undefined && !isFromUser
  return () => {
    if (lost.length > 0) {
      const message = `Cannot put ${lost.join(' and ')} into effect by headers or a token alone`
      const remedy = "send by the auth's own request or fetch, or create the client with createClient"
      throw new ClientConnectError('unsupported_option', `${message}; ${remedy}`)
    }
    if (isNoticeDue) warnOfNotices([notPresented()])
    isNoticeDue = false
  }
}
