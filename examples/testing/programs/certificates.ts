import { createAuthority, startHttpServer, trustAuthority } from '@client-options/testing'

await using server = await startHttpServer({ requireClientCertificate: true })
const { authority } = server
const alice = () => authority.issue({ commonName: 'alice' }) // the name that the server records
const expired = () => authority.issue({ commonName: 'bob', notAfter: new Date('2020-01-01') })
const early = () => authority.issue({ commonName: 'carol', notBefore: new Date('2099-01-01') })
console.log({ ...server.options, clientCertSource: alice }, await expired(), await early())

const stranger = await createAuthority() // nobody trusts it ...
await using other = await startHttpServer({ authority: stranger })
using _trust = trustAuthority(stranger) // ... until here, and no longer than this scope
console.log(other.options)
