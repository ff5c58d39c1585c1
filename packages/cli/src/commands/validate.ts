import { OptionsSourceError, type OptionsSourceIssue, optionsFromFile } from '@client-options/core/node'

import type { Command } from '../command-line/command.ts'
import { filePath } from '../load.ts'

/** Checks an option file: all of it, every profile and every service. */
export const validate: Command = {
  name: 'validate',
  description: 'Check an option file: every problem, by line and column. The exit code is 1 if there is one.',
  argument: { name: 'FILE', isRequired: true },
  flags: { json: { description: 'Print the problems as JSON.' } },
  run({ argument = '', has }, { print, style }) {
    const issues = issuesOf(filePath('FILE', argument))
    if (has('json')) print(JSON.stringify({ valid: issues.length === 0, issues }, null, 2))
    else if (issues.length === 0) print(style('green', 'The file is valid.'))
    else for (const issue of issues) print(lineOf(issue))
    return issues.length === 0 ? 0 : 1
  },
}

function issuesOf(file: string): readonly OptionsSourceIssue[] {
  try {
    optionsFromFile(file)
    return []
  } catch (error) {
    if (error instanceof OptionsSourceError) return error.issues
    throw error
  }
}

/** As compilers write it, so that editors find the place: `options.yaml:3:5: apiKey: message [code]`. */
function lineOf({ file, line, column, property, message, code }: OptionsSourceIssue): string {
  const place = [file, line, column].filter(part => part !== undefined).join(':')
  return `${[place, property, message].filter(part => part !== undefined && part !== '').join(': ')} [${code}]`
}
