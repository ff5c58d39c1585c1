import { createClient } from '@client-options/core/google-cloud'
import { startGrpcServer } from '@client-options/testing/grpc'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import protos from '@google-cloud/vision/build/protos/protos.json' with { type: 'json' }
import { fromJSON } from '@grpc/proto-loader'
import { expect, test } from 'vitest'

test('labels a picture', async () => {
  await using server = await startGrpcServer(fromJSON(protos), {
    '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages': () => ({
      responses: [{ labelAnnotations: [{ description: 'cat' }] }],
    }),
  })
  const client = createClient(ImageAnnotatorClient, { ...server.options, apiKey: 'key-of-the-test' })
  const image = { source: { imageUri: 'gs://my-bucket/cat.png' } }

  const [answer] = await client.batchAnnotateImages({ requests: [{ image }] })
  await client.close()

  expect(answer.responses?.[0]?.labelAnnotations?.[0]?.description).toBe('cat')
  expect(server.requests).toMatchObject([{ apiKey: 'key-of-the-test', message: { requests: [{ image }] } }])
})
