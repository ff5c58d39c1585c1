import { InjectClient } from '@client-options/nestjs/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Injectable } from '@nestjs/common'

/** Names what is to be seen in images. */
@Injectable()
export class LabelsService {
  constructor(
    private readonly client: ImageAnnotatorClient,
    @InjectClient(ImageAnnotatorClient, 'batch') private readonly batchClient: ImageAnnotatorClient,
  ) {}

  /** The labels of one image, in base64. */
  async ofOne(image: string): Promise<string[]> {
    const [labels = []] = await annotate(this.client, [image])
    return labels
  }

  /** The labels of each of many images, in base64. */
  ofMany(images: readonly string[]): Promise<string[][]> {
    return annotate(this.batchClient, images)
  }
}

async function annotate(client: ImageAnnotatorClient, images: readonly string[]): Promise<string[][]> {
  const features = [{ type: 'LABEL_DETECTION' as const }]
  const requests = images.map(content => ({ image: { content }, features }))
  const [{ responses }] = await client.batchAnnotateImages({ requests })
  return (responses ?? []).map(({ labelAnnotations }) => {
    return (labelAnnotations ?? []).map(({ description }) => description ?? '')
  })
}
