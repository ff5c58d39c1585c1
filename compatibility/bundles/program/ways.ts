import { request } from 'node:https'

import type { ClientOptions } from '@client-options/core'
import { createFetch } from '@client-options/core/fetch'
import { createAuth } from '@client-options/core/google-auth'
import { createClient } from '@client-options/core/google-cloud'
import { googleapisOptions } from '@client-options/core/googleapis'
import { grpcClientArguments } from '@client-options/core/grpc'
import { createAgent } from '@client-options/core/https'
import { BigQuery } from '@google-cloud/bigquery'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { drive } from '@googleapis/drive'
import { Client } from '@grpc/grpc-js'

/** A request of a client that the options configure. */
export type Way = (options: ClientOptions) => Promise<void>

const image = { requests: [{ image: { content: 'aW1hZ2U=' }, features: [{ type: 'LABEL_DETECTION' as const }] }] }
const service = { host: 'vision.{universeDomain}' }
const path = '/v1/images:annotate'
const bytes = (content: Buffer) => content

export const ways = {
  'Vision over gRPC': options => annotate(createClient(ImageAnnotatorClient, options)),
  'Vision over REST': options => annotate(createClient(ImageAnnotatorClient, options, { fallback: true })),

  async Storage(options) {
    const file = createClient(Storage, options).bucket('bucket').file('object')
    await file.save('content', { resumable: true, validation: false })
    const [content] = await file.download()
    if (content.toString() !== 'content') throw new Error(`The object is ${content.toString()}`)
  },

  async BigQuery(options) {
    await createClient(BigQuery, options, { projectId: 'project' }).getDatasets()
  },

  async createFetch(options) {
    const response = await createFetch(options, service)(path, { method: 'POST', body: JSON.stringify(image) })
    await response.text()
  },

  async createAuth(options) {
    await createAuth(options, service).request({ url: path, method: 'POST', data: image })
  },

  async googleapisOptions(options) {
    const { files } = drive({ version: 'v3', ...googleapisOptions(options) })
    await files.create({ requestBody: { name: 'file' }, media: { body: 'content' } })
    await files.list()
  },

  async grpcClientArguments(options) {
    const client = new Client(...grpcClientArguments(options, service))
    const method = '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages'
    await new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest(method, bytes, bytes, Buffer.alloc(0), error =>
        error === null ? resolve() : reject(error),
      )
    })
    client.close()
  },

  /** An agent makes connections only, so the certificate is all that it takes, and the address is the caller's. */
  async createAgent({ apiEndpoint = '', clientCertSource }) {
    const agent = createAgent({ clientCertSource })
    await new Promise<void>((resolve, reject) => {
      request(apiEndpoint, { agent }, response => response.resume().on('end', resolve).on('error', reject))
        .on('error', reject)
        .end()
    })
    agent.destroy()
  },
} satisfies Record<string, Way>

async function annotate(client: ImageAnnotatorClient): Promise<void> {
  await client.batchAnnotateImages(image)
  await client.close()
}
