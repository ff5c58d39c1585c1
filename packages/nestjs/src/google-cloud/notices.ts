import { type LoggerService, Module, type OnApplicationShutdown } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

import { NOTICES_LOGGER } from './from-container.ts'

type Logger = Pick<LoggerService, 'warn'>

/** Logs the notices that core sends as process warnings, until the application shuts down. */
class LoggedNotices implements OnApplicationShutdown {
  readonly #forward: (warning: Error) => void

  constructor(logger: Logger) {
    this.#forward = ({ name, message }) => {
      if (name === 'ClientOptionsWarning') logger.warn(message, 'ClientOptionsModule')
    }
    process.on('warning', this.#forward)
  }

  onApplicationShutdown(): void {
    process.off('warning', this.#forward)
  }
}

/** Up to 11.1.20, Nest makes providers again when a module that imports theirs is loaded lazily. */
const applications = new WeakMap<ModulesContainer, LoggedNotices>()

/** What a client injects, so that its notices are logged where a logger is provided. */
export const LOGGED_NOTICES = 'ClientOptionsLoggedNotices'

/** Provides {@link LOGGED_NOTICES}. */
export class ClientOptionsNoticesModule {
  static logOnce(modules: ModulesContainer, logger: Logger | undefined): LoggedNotices | undefined {
    const notices = applications.get(modules) ?? (logger && new LoggedNotices(logger))
    if (notices !== undefined) applications.set(modules, notices)
    return notices
  }
}
Module({
  providers: [
    {
      provide: LOGGED_NOTICES,
      inject: [ModulesContainer, { token: NOTICES_LOGGER, optional: true }],
      useFactory: (modules: ModulesContainer, logger: Logger | undefined) =>
        ClientOptionsNoticesModule.logOnce(modules, logger),
    },
  ],
  exports: [LOGGED_NOTICES],
})(ClientOptionsNoticesModule)
