import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { ClientOptions, resolveSettings } from '../src/index.ts'
import { exclusions, type Field, fieldList } from '../src/options/fields.ts'
import { safeGet } from '../src/options/safe-get.ts'
import { optionsFromEnvironment } from '../src/sources/environment.ts'
import { explainOptions } from '../src/sources/explain.ts'
import { loadClientOptions } from '../src/sources/layers.ts'
import { hasTextForm } from '../src/sources/text-value.ts'

type Values = Readonly<Record<string, unknown>>

/** Values that every option of a kind accepts. */
const valuesOf: Readonly<Record<Field['kind'], readonly unknown[]>> = {
  string: ['one.example.com', 'two.example.com', 'three.example.com'],
  strings: [['a'], ['b', 'c'], []],
  function: [() => ['cert', 'key'], () => ['other', 'key']],
  credentials: ['{"type":"authorized_user"}', '{"type":"external_account"}'],
  flag: [true],
  impersonation: [account('one'), account('two')],
  tracerProvider: [{ getTracer: () => ({}) }, { getTracer: () => ({}) }],
}

function account(name: string) {
  return { targetPrincipal: `${name}@p.iam.gserviceaccount.com`, delegates: [], lifetimeSeconds: 3600 }
}

const mapping = fc
  .record(Object.fromEntries(fieldList.map(({ name, kind }) => [name, fc.constantFrom(...valuesOf[kind], null)])), {
    requiredKeys: [],
  })
  .filter(values =>
    exclusions.every(
      ([one, other]) =>
        (values[one] ?? values[other] ?? null) === null ||
        (values[one] ?? null) === null ||
        (values[other] ?? null) === null,
    ),
  )

/** A layer: what it sets or takes out, as a mapping, an instance or variables; and where its options come from. */
const layer = fc.tuple(mapping, fc.constantFrom('camelCase', 'snake_case', 'instance', 'environment'))

/** What merging means: a plain object for the values, another for where they come from. */
function model(layers: readonly { readonly values: Values; readonly origin: (name: string) => string }[]) {
  const values: Record<string, unknown> = {}
  const origins: Record<string, string> = {}
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer.values)) {
      if (value === null) delete values[name]
      else {
        const excluded = exclusions.filter(pair => pair.some(it => it === name)).flat()
        for (const other of excluded) if (other !== name) delete values[other]
        values[name] = value
        origins[name] = layer.origin(name)
      }
    }
  }
  return { values, origins }
}

function textOf(value: unknown): string {
  return safeGet(value, 'targetPrincipal')?.toString() ?? [value].flat().join(' ')
}

function inputOf(values: Values, form: string, index: number) {
  const set = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
  if (form === 'instance') return { input: new ClientOptions(set), seen: set, origin: () => 'option' }
  if (form === 'environment') {
    const texts = fieldList.filter(field => hasTextForm(field) && [set[field.name]].flat().join('') !== '')
    const variable = ({ snakeName }: { readonly snakeName: string }) => `LAYER_${index}_${snakeName.toUpperCase()}`
    const env = Object.fromEntries(texts.map(field => [variable(field), textOf(set[field.name])]))
    return {
      input: optionsFromEnvironment({ prefix: `LAYER_${index}_`, env }),
      seen: Object.fromEntries(texts.map(({ name }) => [name, set[name]])),
      origin: (name: string) =>
        fieldList
          .filter(field => field.name === name)
          .map(field => `environment:${variable(field)}`)
          .join(''),
    }
  }
  const snake = fieldList.map(({ name, snakeName }) => [snakeName, values[name]] as const)
  const input = form === 'snake_case' ? Object.fromEntries(snake.filter(([, value]) => value !== undefined)) : values
  return { input, seen: values, origin: () => 'option' }
}

test('loadClientOptions merges as the model does, with origins, and shows no key', () => {
  fc.assert(
    fc.property(fc.array(layer, { maxLength: 5 }), drawn => {
      const layers = drawn.map(([values, form], index) => inputOf(values, form, index))
      const options = loadClientOptions({ layers: layers.map(({ input }) => input) })
      const { values, origins } = model(layers.map(({ seen, origin }) => ({ values: seen, origin })))
      const found = Object.fromEntries(
        fieldList.filter(({ name }) => options[name] !== undefined).map(({ name }) => [name, options[name]]),
      )
      expect(found).toEqual(values)
      const rows = explainOptions(options)
      expect(Object.fromEntries(rows.map(({ option, origin }) => [option, origin]))).toEqual(
        Object.fromEntries(Object.keys(values).map(name => [name, origins[name]])),
      )
      // Merging again what was merged changes nothing, and neither does merging in two steps.
      expect(explainOptions(loadClientOptions({ layers: [options] }))).toEqual(rows)
      const lower = loadClientOptions({ layers: layers.slice(0, 2).map(({ input }) => input) })
      const stepwise = loadClientOptions({ layers: [lower, ...layers.slice(2).map(({ input }) => input)] })
      expect(explainOptions(stepwise)).toEqual(rows)
      // Each option of an earlier layer is in effect, taken out, or told to be replaced.
      const notices = resolveSettings(
        options,
        { host: 'x.{universeDomain}' },
        { env: { GOOGLE_API_USE_MTLS_ENDPOINT: 'never' } },
      ).notices
      const replaced = rows.flatMap(row => row.replaced.filter(({ option }) => option !== row.option))
      expect(notices.filter(({ code }) => code === 'replaced_option')).toHaveLength(replaced.length)
    }),
    { numRuns: 500 },
  )
})
