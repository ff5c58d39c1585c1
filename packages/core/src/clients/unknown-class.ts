import { ClientConnectError } from '../credentials/connect-errors.ts'
import { services as handWritten } from './hand-written/services.ts'
import { services as jsonApi } from './json-api/services.ts'

/** What to use in the place of `createClient` for classes of other kinds. */
const remedies: Readonly<Record<string, string>> = {
  AuthClient: 'use createAuth from @client-options/core/google-auth',
  Connector: 'pass it the result of cloudSqlConnectorOptions from @client-options/core/cloud-sql-connector',
  GoogleApis: 'pass the result of googleapisOptions from @client-options/core/googleapis to its APIs',
  GoogleAuth: 'use createAuth from @client-options/core/google-auth',
  GoogleGenAI: 'pass the result of genaiOptions from @client-options/core/genai to its constructor',
  OAuth2Client: 'use createAuth from @client-options/core/google-auth',
  TraceExporter: 'it does not support the options; export traces by OTLP, to telemetry.googleapis.com',
  VertexAI: '@google-cloud/vertexai is no longer maintained; use its successor, @google/genai',
}

/** The error of a class that options cannot be put into effect in. */
export function unknownClass({ name }: { readonly name: string }): ClientConnectError {
  const classes = [...handWritten, ...jsonApi].map(({ className }) => className).join(', ')
  const remedy = Object.hasOwn(remedies, name) ? remedies[name] : undefined
  const others =
    `createClient supports generated classes, whose names end in Client, and ${classes}. ` +
    'Create the generated class that it is built on; use googleapisOptions for googleapis and @googleapis/*; ' +
    'or pass the result of createAuth to the class'
  return new ClientConnectError('unsupported_client', `Unsupported client class ${name}: ${remedy ?? others}`)
}
