export { type EnvironmentSource, optionsFromEnvironment } from './sources/environment.ts'
export { OptionsSourceError, type OptionsSourceIssue, type OptionsSourceIssueCode } from './sources/errors.ts'
