import { GoogleCloudModule } from '../src/google-cloud.ts'
import { ClientOptionsModule } from '../src/index.ts'

/** Calls a method as JavaScript, or a cast, may. */
function call(module: object, method: string, given: unknown[]): unknown {
  return Reflect.apply(Reflect.get(module, method), module, given)
}

export const forRoot = (...given: unknown[]) => call(ClientOptionsModule, 'forRoot', given)
export const forRootAsync = (...given: unknown[]) => call(ClientOptionsModule, 'forRootAsync', given)
export const fromEnvironment = (...given: unknown[]) => call(ClientOptionsModule, 'fromEnvironment', given)
export const forFeature = (...given: unknown[]) => call(ClientOptionsModule, 'forFeature', given)
export const forGoogle = (...given: unknown[]) => call(GoogleCloudModule, 'forFeature', given)
