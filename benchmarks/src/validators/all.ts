import { type Implementation, type Schema, withSchema } from './implementation.ts'
import { type Rules, rules } from './rules.ts'

/** What does not check everything is a floor: it shows what is left to gain. */
export const floorNames = ['floor: a frozen literal', 'floor and the rules'] as const

/** Those that check everything: `ClientOptions` and its peers. */
export const validatorNames = [
  'ClientOptions',
  'zod',
  'zod/mini',
  'valibot',
  'arktype',
  'typebox compiled',
  'ajv compiled',
  'effect Schema',
] as const

export type ImplementationName = (typeof floorNames | typeof validatorNames)[number]

const loaders: Readonly<Record<ImplementationName, () => Promise<Implementation>>> = {
  'floor: a frozen literal': async () => (await import('./floor.ts')).floor,
  'floor and the rules': async () => (await import('./floor.ts')).floorWithRules(rules),
  ClientOptions: async () => (await import('./client-options.ts')).clientOptions,
  zod: schema('zod', async () => (await import('./zod.ts')).zodSchema),
  'zod/mini': schema('zod/mini', async () => (await import('./zod-mini.ts')).zodMiniSchema),
  valibot: schema('valibot', async () => (await import('./valibot.ts')).valibotSchema),
  arktype: schema('arktype', async () => (await import('./arktype.ts')).arktypeSchema),
  'typebox compiled': schema('typebox compiled', async () => (await import('./typebox.ts')).typeboxSchema),
  'ajv compiled': schema('ajv compiled', async () => (await import('./ajv.ts')).ajvSchema),
  'effect Schema': schema('effect Schema', async () => (await import('./effect.ts')).effectSchema),
}

/** Loads one, and no other: a process that measures has nothing of the others in the engine's caches. */
export function loadImplementation(name: ImplementationName): Promise<Implementation> {
  return loaders[name]()
}

export function isImplementationName(name: string | undefined): name is ImplementationName {
  return name !== undefined && Object.hasOwn(loaders, name)
}

function schema(
  name: ImplementationName,
  load: () => Promise<(given: Rules) => Schema>,
): () => Promise<Implementation> {
  return async () => withSchema(name, (await load())(rules))
}
