import { ClientOptions } from '@client-options/core'
import { loadClientOptions, optionsFromEnvironment, optionsFromFile } from '@client-options/core/node'

import type { Flag, Input } from './command-line/command.ts'
import { UsageError } from './errors.ts'
import { type NamedService, serviceOf } from './service.ts'

/** Where options are loaded from: the same for every command that looks at them. */
export const sourceFlags = {
  file: { value: 'FILE', description: 'An option file; by default the one that GOOGLE_CLIENT_OPTIONS_FILE names.' },
  profile: { value: 'NAME', description: 'A profile of the option file.' },
  prefix: { value: 'PREFIX', description: 'Read variables with this prefix, such as MY_APP_GOOGLE_, over the file.' },
} satisfies Readonly<Record<string, Flag>>

/** Options as an application would load them, and the service that they are for. */
export interface Loaded {
  readonly options: ClientOptions
  readonly service: NamedService
}

/**
 * Loads what the flags name: the file, and over it the variables.
 * @throws {OptionsSourceError} when it cannot be loaded.
 */
export function loadOptions({ argument, value }: Input, env: NodeJS.ProcessEnv): Loaded {
  const service = serviceOf(argument)
  const file = filePath('--file', value('file'))
  const [profile, prefix] = [value('profile'), value('prefix')]
  const usesFile = file !== undefined || profile !== undefined || env['GOOGLE_CLIENT_OPTIONS_FILE']?.trim()
  const layers = [
    usesFile ? optionsFromFile(file, { profile, service: service.section, env }) : undefined,
    prefix === undefined ? undefined : optionsFromEnvironment({ prefix, env }),
  ]
  return { options: loadClientOptions({ layers }), service }
}

/**
 * A path that errors may repeat: it has a slash or an extension, which a secret that was pasted in its place seldom has.
 * @throws {UsageError} that does not repeat it.
 */
export function filePath<Path extends string | undefined>(name: string, path: Path): Path {
  if (path === undefined || /[/\\]|\.[a-z0-9]{1,8}$/i.test(path)) return path
  throw new UsageError(`${name} must be the path of a file, such as options.yaml or ./options`)
}

/** The options of these names alone, without a policy that came with them: whoever uses them keeps to it by other means. */
export function only(options: ClientOptions, names: readonly string[]): ClientOptions {
  return ClientOptions.from(Object.fromEntries(names.map(name => [name, Reflect.get(options, name)])))
}

/** All options but those of these names. */
export function without(options: ClientOptions, names: readonly string[]): ClientOptions {
  return options.with(Object.fromEntries(names.map(name => [name, null])))
}
