import { type LoopbackHttpsServerOptions, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
import type { SeenRequest } from './seen.ts'

/**
 * Starts an HTTPS server that knows what `@google-cloud/bigquery` asks most: it lists one dataset, takes rows, answers
 * every query with one row, and takes the upload of a load job. The path of a request may have anything before it.
 */
export function startBigQueryServer(
  options: LoopbackServerOptions & Pick<LoopbackHttpsServerOptions, 'handler'>,
): Promise<LoopbackServer> {
  const { handler = () => undefined, ...tls } = options
  return startHttpsServer({ ...tls, handler: async request => (await handler(request)) ?? bigQuery(request) })
}

function bigQuery({ method, path }: SeenRequest): LoopbackResponse | undefined {
  const project = /\/bigquery\/v2\/projects\/([^/]+)/.exec(path)?.[1] ?? ''
  const place = `${method} ${path.split(`/projects/${project}`)[1]}`
  const jobReference = { projectId: project, jobId: 'job', location: 'EU' }
  switch (place) {
    case 'GET /datasets':
      return { body: { datasets: [{ id: 'dataset', datasetReference: { projectId: project, datasetId: 'dataset' } }] } }
    case 'POST /datasets/dataset/tables/table/insertAll':
      return { body: {} }
    case 'POST /queries':
      return {
        body: {
          jobComplete: true,
          jobReference,
          schema: { fields: [{ name: 'answer', type: 'STRING' }] },
          rows: [{ f: [{ v: 'loopback' }] }],
          totalRows: '1',
        },
      }
    case 'POST /jobs':
      return { body: { jobReference, status: { state: 'DONE' } } }
    default:
      return undefined
  }
}
