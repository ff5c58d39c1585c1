import { type JsonObject, isJsonObject, parseJsonObject } from '../files/json-file.ts'
import { callWithinLimit, reasonOf } from '../files/user-source.ts'
import { checkContent, wrongKind } from '../options/credentials-content.ts'
import type { Environment } from '../options/environment.ts'
import { safeGet } from '../options/safe-get.ts'
import type { CredentialsContent, CredentialsSource } from '../options/types.ts'
import { checkCredentials } from './credentials-file.ts'
import { CredentialsFileError } from './errors.ts'
import type { CredentialsFile } from './types.ts'

const OPTION = 'the option credentials'
const RESULT = 'the result of the function credentials'

/**
 * Checks the option `credentials` as a credentials file is checked.
 * @throws {CredentialsFileError} that names the fault.
 */
export function readGivenCredentials(given: CredentialsContent | string, environment: Environment): CredentialsFile {
  return checkGiven(OPTION, given, environment)
}

/**
 * Calls the function `credentials`, and checks what it returns.
 * @throws {CredentialsFileError} that names the fault; `source_failed` when the function threw or was too slow.
 */
export async function callCredentialsSource(
  source: CredentialsSource,
  environment: Environment,
): Promise<CredentialsFile> {
  let checked
  let wrong
  try {
    // What it returns may throw as well when it is read.
    const returned: unknown = await callWithinLimit(source)
    wrong = wrongKind(returned)
    checked = checkContent(returned)
  } catch (cause) {
    throw sourceFailed(cause)
  }
  if (wrong !== undefined) {
    const problem = `returned ${wrong.kind}; ${wrong.advice}`
    throw new CredentialsFileError('source_failed', 'the function credentials', problem)
  }
  if (checked.problem !== undefined) throw new CredentialsFileError('source_failed', RESULT, checked.problem)
  return checkGiven(RESULT, checked.content, environment)
}

function checkGiven(subject: string, given: CredentialsContent | string, environment: Environment): CredentialsFile {
  const content: unknown =
    typeof given === 'string'
      ? parseJsonObject(given, (fault, problem, options) => new CredentialsFileError(fault, subject, problem, options))
      : given
  if (isJsonObject(content)) return checkCredentials(subject, withType(content), environment)
  throw new CredentialsFileError('invalid_json', subject, 'is not a JSON object')
}

/** As google-auth-library takes them: an e-mail address and a key are a service account. */
function withType(content: JsonObject): JsonObject {
  const isSet = (name: string) => typeof content[name] === 'string' && content[name] !== ''
  const isAccount = !isSet('type') && isSet('client_email') && isSet('private_key')
  return isAccount ? Object.assign(Object.create(null), content, { type: 'service_account' }) : content
}

/** Without what JSON.parse throws, which quotes the text. */
function sourceFailed(cause: unknown): CredentialsFileError {
  const isParserError = nameOf(cause) === 'SyntaxError'
  const reason = isParserError ? 'it parsed a string that is not JSON' : reasonOf(cause)
  const options = isParserError ? undefined : { cause }
  return new CredentialsFileError('source_failed', 'the function credentials', `failed: ${reason}`, options)
}

function nameOf(thrown: unknown): unknown {
  try {
    return safeGet(thrown, 'name')
  } catch {
    return undefined
  }
}
