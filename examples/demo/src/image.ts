import type { ImageAnnotatorClient } from '@google-cloud/vision'

/** A picture of one white pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMB/6X2mQAAAABJRU5ErkJggg==',
  'base64',
)

/** Asks Vision for the label of the picture. */
export async function findLabel(client: ImageAnnotatorClient): Promise<string> {
  const requests = [{ image: { content: pixel }, features: [{ type: 'LABEL_DETECTION' as const }] }]
  const [answer] = await client.batchAnnotateImages({ requests })
  return answer.responses?.[0]?.labelAnnotations?.[0]?.description ?? 'no label'
}
