const { createClient } = require('@client-options/core/google-cloud')
const { startGrpcServer } = require('@client-options/testing/grpc')
const { ImageAnnotatorClient } = require('@google-cloud/vision')
const protos = require('@google-cloud/vision/build/protos/protos.json')
const { fromJSON } = require('@grpc/proto-loader')

const vision = fromJSON(protos)
let server
let client

beforeEach(async () => {
  server = await startGrpcServer(
    vision,
    {
      '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages': ({ requests }) => ({
        responses: requests.map(() => ({ labelAnnotations: [{ description: 'cat' }] })),
      }),
    },
    { requireClientCertificate: true },
  )
  client = createClient(ImageAnnotatorClient, { ...server.options, apiKey: 'key-of-the-test' })
})

afterEach(async () => {
  await client.close()
  await server.close()
})

test('labels a picture, and presents the client certificate', async () => {
  const image = { source: { imageUri: 'gs://my-bucket/cat.png' } }
  const [answer] = await client.batchAnnotateImages({ requests: [{ image }, { image }] })
  expect(answer.responses.map(({ labelAnnotations }) => labelAnnotations[0].description)).toEqual(['cat', 'cat'])
  expect(server.requests).toMatchObject([
    { apiKey: 'key-of-the-test', clientCertificate: 'test-client', message: { requests: [{ image }, { image }] } },
  ])
})

test('fails with the error of the server', async () => {
  await expect(client.batchAnnotateFiles({ requests: [] })).rejects.toMatchObject({ code: 12 })
  expect(server.requests).toMatchObject([{ path: '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateFiles' }])
})
