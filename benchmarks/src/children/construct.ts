// Measures one implementation; prints the nanoseconds of each case.
import '../environment.ts'
import { nanoseconds } from '../measure.ts'
import { isImplementationName, loadImplementation } from '../validators/all.ts'
import type { Implementation } from '../validators/implementation.ts'
import { measured } from '../validators/inputs.ts'

const name = process.argv[2]
if (!isImplementationName(name)) throw new Error(`${name} is no implementation`)
const implementation = await loadImplementation(name)
const calls = Object.entries(measured)
  .filter(([title]) => !(name.startsWith('floor') && title.startsWith('invalid')))
  .map(([title, inputs]) => ({ title, call: callOf(implementation, title, inputs) }))

// All of them first, so that none is measured in code that has seen one kind of input only.
for (const { call } of calls) for (let count = 0; count < 10_000; count++) call()
const results: Record<string, number> = {}
for (const { title, call } of calls) results[title] = await nanoseconds(call)
console.log(JSON.stringify(results))

function callOf(
  { construct, fromMapping, safeParse }: Implementation,
  title: string,
  inputs: readonly unknown[],
): () => unknown {
  let turn = 0
  const next = () => inputs[turn++ % inputs.length]
  if (title.startsWith('invalid')) return () => safeParse(next())
  return title.startsWith('snake_case') ? () => fromMapping(next()) : () => construct(next())
}
