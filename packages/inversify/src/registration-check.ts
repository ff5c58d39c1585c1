import { ClientOptions } from '@client-options/core'

const optionsExample = "clientOptionsModule({ options: { apiEndpoint: 'example.com' } })"
const clientExample = 'clientModule({ provide: Client, useFactory: options => new Client(options) })'

/** What is wrong with a registration of options, as JavaScript may pass it, and what to write. */
export function problemOfOptions(registration: unknown): string | undefined {
  if (registration instanceof ClientOptions) return 'pass the options as a property: clientOptionsModule({ options })'
  if (!isObject(registration)) return `pass an object: ${optionsExample}`
  const { has, hasOthers } = propertiesOf(registration, ['name', 'options', 'inject', 'useFactory'])
  if (hasOthers) {
    return `only name, options, inject and useFactory are its properties; put client options into options: ${optionsExample}`
  }
  if (has('options') && has('useFactory')) return 'options and useFactory are mutually exclusive; set only one'
  if (has('useFactory')) return problemOfFactory(registration)
  if (has('inject')) return 'inject has no effect without useFactory; set useFactory, or remove it'
  if (!Object.hasOwn(registration, 'options')) return `neither options nor useFactory is set; write ${optionsExample}`
  return problemOfName(registration)
}

/** What is wrong with a registration of options from the environment. */
export function problemOfEnvironment(registration: unknown): string | undefined {
  const example = "clientOptionsFromEnvironment({ prefix: 'MY_APP_GOOGLE_' })"
  if (!isObject(registration)) return `pass an object: ${example}`
  if (propertiesOf(registration, ['prefix', 'name']).hasOthers) return 'only prefix and name are its properties'
  return problemOfName(registration)
}

/** What is wrong with what is passed after the options. */
export function problemOfExtras(extras: unknown): string | undefined {
  const { has, hasOthers } = propertiesOf(Object(extras), ['name'])
  if (!isObject(extras) || (hasOthers && !has('name'))) return "pass the name as { name: 'payments' }"
  return problemOfName(extras)
}

/** What is wrong with a registration of a client, and what to write. */
export function problemOfClient(registration: unknown): string | undefined {
  if (!isObject(registration)) return `pass an object: ${clientExample}`
  const { has, hasOthers } = propertiesOf(registration, ['provide', 'options', 'inject', 'useFactory', 'close'])
  if (hasOthers) return 'only provide, options, inject, useFactory and close are its properties'
  if (!has('provide')) return `provide is not set; write ${clientExample}`
  if (!has('useFactory')) return `useFactory is not set; write ${clientExample}`
  const { options, close } = { options: undefined, close: undefined, ...registration }
  if (options !== undefined && typeof options !== 'string') return 'options must be the name of registered options'
  if (close !== undefined && close !== false && typeof close !== 'function') return 'close must be a function, or false'
  return problemOfFactory(registration)
}

/** What is wrong with further arguments of a module that takes one registration. */
export function problemOfOthers(others: readonly unknown[], property: string): string | undefined {
  if (others.every(other => other === undefined)) return undefined
  return `it is the only argument; put ${property} into it as a property`
}

function problemOfFactory(registration: object): string | undefined {
  const { useFactory, inject = [] } = { inject: undefined, useFactory: undefined, ...registration }
  if (typeof useFactory !== 'function') return 'useFactory must be a function'
  if (!Array.isArray(inject)) return 'inject must be an array of identifiers'
  return problemOfName(registration)
}

function problemOfName(registration: object): string | undefined {
  const { name } = { name: undefined, ...registration }
  return name === undefined || typeof name === 'string' ? undefined : 'name must be a string'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The own properties that are set. */
function propertiesOf(value: object, known: readonly string[]) {
  const set = Object.keys(value).filter(key => Reflect.get(value, key) !== undefined)
  return { has: (key: string) => set.includes(key), hasOthers: set.some(key => !known.includes(key)) }
}
