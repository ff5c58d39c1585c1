import { grpcClientArguments } from '@client-options/core/grpc'
import { Client } from '@grpc/grpc-js'

const [apiEndpoint, apiKey] = process.argv.slice(2)
const client = new Client(...grpcClientArguments({ apiEndpoint, apiKey }, { host: 'vision.{universeDomain}' }))
const bytes = content => content
const path = '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages'
client.makeUnaryRequest(path, bytes, bytes, Buffer.alloc(0), error => {
  console.log(error?.cause ? `${error.cause.code}: ${error.cause.message}` : (error?.message ?? 'sent'))
  client.close()
})
