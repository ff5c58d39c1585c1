/** Dies of an outcome, as a careless program does: `node crash-program.ts PLAN OUTCOME`. Started by written-secrets.test.ts. */
import { outcomes, readPlan } from './outcomes.ts'

const [, , path, name = ''] = process.argv
throw await outcomes(readPlan(path))[name]?.()
