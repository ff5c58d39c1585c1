// Runs one section and prints its result as JSON; what it is doing goes to standard error.
import './environment.ts'
import type { Effort } from './result.ts'
import { isSectionName, loadSection } from './sections/all.ts'

const [name, effortName] = process.argv.slice(2)
if (!isSectionName(name)) throw new Error(`${name} is no section`)
const quick = effortName === 'quick'
const effort: Effort = {
  rounds: usual => (quick ? Math.ceil(usual / 5) : usual),
  progress: message => console.error(`  ${name}: ${message}`),
}
const section = await loadSection(name)
console.log(JSON.stringify(await section(effort)))
process.exit()
