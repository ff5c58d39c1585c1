import { createClient } from '@client-options/core/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'

const [apiEndpoint, apiKey] = process.argv.slice(2)
const client = createClient(ImageAnnotatorClient, { apiEndpoint, apiKey })
// A CommonJS bundle has no top-level await.
void client.batchAnnotateImages({ requests: [] }).then(() => {
  console.log('sent')
  return client.close()
})
