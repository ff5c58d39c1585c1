import { startGenaiServer } from '@client-options/loopback'
import { GoogleGenAI, type GoogleGenAIOptions } from '@google/genai'

import { type GenaiExtra, genaiOptions } from '../../src/genai.ts'
import { type ClientUnderTest, REQUEST_LIMIT } from './client-under-test.ts'

const model = 'gemini-2.5-flash'
const contents = 'Why is the sky blue?'
const onVertex = { vertexai: true, project: 'project', location: 'us-central1' }

/** An operation of the library, in one of its APIs. */
interface Operation {
  readonly name: string
  readonly extra?: GenaiExtra
  readonly requestsPerCall?: number
  readonly run: (client: GoogleGenAI, timeout: number) => Promise<string | undefined>
}

async function generate(client: GoogleGenAI, timeout: number): Promise<string | undefined> {
  const { text } = await client.models.generateContent({ model, contents, config: { httpOptions: { timeout } } })
  return text
}

async function stream(client: GoogleGenAI, timeout: number): Promise<string> {
  const config = { httpOptions: { timeout } }
  let answer = ''
  for await (const { text } of await client.models.generateContentStream({ model, contents, config })) answer += text
  return answer
}

async function upload(client: GoogleGenAI, timeout: number): Promise<string | undefined> {
  const config = { mimeType: 'text/plain', httpOptions: { timeout } }
  const { name } = await client.files.upload({ file: new Blob(['content']), config })
  return name?.replace('files/', '')
}

const operations: readonly Operation[] = [
  { name: 'Gemini API, generateContent', run: generate },
  { name: 'Gemini API, stream', run: stream },
  { name: 'Gemini API, upload', run: upload, requestsPerCall: 2 },
  { name: 'Vertex AI, generateContent', extra: onVertex, run: generate },
  { name: 'Vertex AI, stream', extra: onVertex, run: stream },
]

/** Each operation of `@google/genai` as a client. */
export const genaiClients: readonly ClientUnderTest[] = operations.map(
  ({ name, extra = {}, run, requestsPerCall = 1 }) => {
    const drive = (options: GoogleGenAIOptions) => {
      const client = new GoogleGenAI(options)
      return {
        client,
        rotatable: options,
        async request(limit = REQUEST_LIMIT) {
          const answer = await run(client, limit)
          if (answer !== 'loopback') throw new Error(`The answer is ${answer}`)
        },
        close() {},
      }
    }
    return {
      name,
      transport: 'HTTP',
      hasLimit: true,
      requestsPerCall,
      start: authority => startGenaiServer({ authority, requireClientCertificate: false }),
      create: (server, options) => drive(genaiOptions({ apiEndpoint: server.address, ...options }, extra)),
      createPlain: server => drive({ apiKey: 'plain', httpOptions: { baseUrl: server.url } }),
    }
  },
)
