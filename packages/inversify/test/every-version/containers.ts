import { Container, type ContainerModule, type ContainerOptions, type ServiceIdentifier } from 'inversify'

/** Loading is asynchronous in Inversify 7. */
export async function load(container: Container, ...modules: ContainerModule[]): Promise<Container> {
  await Promise.resolve(container.load(...modules))
  return container
}

export function containerOf(...modules: ContainerModule[]): Promise<Container> {
  return load(new Container(), ...modules)
}

export function childOf(parent: Container, ...modules: ContainerModule[]): Promise<Container> {
  return load(new Container({ parent }), ...modules)
}

export function autobinding(options: ContainerOptions = {}): Container {
  return new Container({ ...options, autobind: true })
}

/** In Inversify 7 there is no `...Async`: the plain method is asynchronous. */
export const unbindAll = (container: Container) => call(container, 'unbindAll')
export const unload = (container: Container, ...modules: ContainerModule[]) => call(container, 'unload', ...modules)
export const unbind = (container: Container, id: ServiceIdentifier) => call(container, 'unbind', id)

async function call(container: Container, name: string, ...values: unknown[]): Promise<void> {
  const method: unknown = Reflect.get(container, `${name}Async`) ?? Reflect.get(container, name)
  if (typeof method !== 'function') throw new Error(`A container has no ${name}`)
  await Reflect.apply(method, container, values)
}

/** What is thrown, at once or later. */
export async function failureOf(action: () => unknown): Promise<unknown> {
  try {
    await action()
  } catch (error) {
    return error
  }
  throw new Error('Nothing failed')
}
