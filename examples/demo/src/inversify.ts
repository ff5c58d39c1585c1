import type { ClientOptionsInput } from '@client-options/core'
import { clientOptionsModule } from '@client-options/inversify'
import { googleCloudModule } from '@client-options/inversify/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Container, inject, injectable } from 'inversify'

import { findLabel } from './image.ts'

/** A service of an application: it is given the client, and need not know of its options. */
@injectable()
class Pictures {
  constructor(@inject(ImageAnnotatorClient) private readonly client: ImageAnnotatorClient) {}

  label(): Promise<string> {
    return findLabel(this.client)
  }
}

/** Inversify: the options are a binding, and so is the client, which is closed when it is unbound. */
export async function annotateInInversify(options: ClientOptionsInput, fallback: boolean): Promise<string> {
  const container = new Container()
  container.load(
    clientOptionsModule({ options }),
    googleCloudModule([{ provide: ImageAnnotatorClient, extra: { fallback } }]),
  )
  container.bind(Pictures).toSelf()
  try {
    return await container.get(Pictures).label()
  } finally {
    await container.unbindAllAsync()
  }
}
