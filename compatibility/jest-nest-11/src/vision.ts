import { ClientOptions } from '@client-options/core'
import { createClient } from '@client-options/core/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'

/** The options of a client of the Vision server that the environment names. */
export function visionOptions(endpoint: string): ClientOptions {
  const { API_KEY, CERT = '', KEY = '' } = process.env
  return ClientOptions.from({
    apiEndpoint: process.env[endpoint],
    api_key: API_KEY,
    clientCertSource: async () => ({ cert: CERT, key: KEY }),
  })
}

class Vision {
  constructor(private readonly client: ImageAnnotatorClient) {}

  async labels(): Promise<string[]> {
    const [{ responses }] = await this.client.batchAnnotateImages({ requests: [{ image: { content: 'AA==' } }] })
    const labels = responses?.[0]?.labelAnnotations ?? []
    return labels.map(({ description }) => description ?? '')
  }

  async close(): Promise<void> {
    await this.client.close()
  }
}

export class OverGrpc extends Vision {
  constructor(options: ClientOptions) {
    super(createClient(ImageAnnotatorClient, options))
  }
}

export class OverRest extends Vision {
  constructor(options: ClientOptions) {
    super(createClient(ImageAnnotatorClient, options, { fallback: true }))
  }
}
