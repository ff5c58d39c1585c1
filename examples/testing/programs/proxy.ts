import { startProxy } from '@client-options/testing'

await using proxy = await startProxy({ user: { name: 'me', password: 'open sesame' } })
Object.assign(process.env, proxy.environment) // or vi.stubEnv, or the environment of a child process
console.log(proxy.tunnels) // after a request: [{ target: 'localhost:4711', authorization: 'Basic ...' }]
