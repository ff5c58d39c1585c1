// Prints the closing line of CI from Vitest's JSON report and the number of commands that were run and that failed.
import { readFileSync } from 'node:fs'

const [report = '', commands, failedCommands] = process.argv.slice(2)
const { numPassedTests, numFailedTests, numPendingTests } = readReport()
const failed = numFailedTests + Number(failedCommands)
const passed = numPassedTests + Number(commands) - Number(failedCommands)
const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''
console.log(`\n${passed} passed, ${failed} failed${skipped}`)
process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    console.error('There is no report of the tests: they did not run to their end.')
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 }
  }
}
