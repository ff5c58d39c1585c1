/** A method of a service, as grpc-js, `@grpc/proto-loader` and generated code define it. */
export interface GrpcMethod {
  readonly path: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  requestDeserialize(bytes: Buffer): unknown
  responseSerialize(value: unknown): Buffer
}

/** The methods of a service definition, or of all services in a package definition. */
export function methodsIn(definition: object): readonly GrpcMethod[] {
  const methods = Object.values(definition).flatMap(member => {
    if (isMethod(member)) return [member]
    return typeof member === 'object' && member !== null ? Object.values(member).filter(isMethod) : []
  })
  if (methods.length === 0) {
    throw new TypeError('Invalid definition: it has no methods; pass a service definition, or a package definition')
  }
  return methods
}

/** The one method that a name or a path stands for. */
export function findMethod(methods: readonly GrpcMethod[], name: string): GrpcMethod {
  const wanted = name.startsWith('/') ? name : `/${upperFirst(name)}`
  const found = methods.filter(({ path }) => (name.startsWith('/') ? path === wanted : path.endsWith(wanted)))
  const [method, other] = found
  if (method === undefined) {
    throw new TypeError(`Unknown method ${name}. The definition has ${listed(methods)}`)
  }
  if (other !== undefined) throw new TypeError(`Ambiguous method ${name}: use one of ${listed(found)}`)
  return method
}

function isMethod(value: unknown): value is GrpcMethod {
  if (typeof value !== 'object' || value === null) return false
  return ['requestDeserialize', 'responseSerialize'].every(name => typeof Reflect.get(value, name) === 'function')
}

/** Generated code names a method in camelCase, and its path has it as in the proto. */
function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

const MOST_LISTED = 10

function listed(methods: readonly GrpcMethod[]): string {
  const paths = methods.map(({ path }) => path)
  const more = paths.length - MOST_LISTED
  return more > 0 ? `${paths.slice(0, MOST_LISTED).join(', ')} and ${more} more` : paths.join(', ')
}
