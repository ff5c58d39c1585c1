import type { ClientOptionsInput } from '@client-options/core'
import { createClient } from '@client-options/core/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'

import { findLabel } from './image.ts'

/** Direct: `createClient` stands where `new ImageAnnotatorClient` did. */
export async function annotateDirectly(options: ClientOptionsInput, fallback: boolean): Promise<string> {
  const client = createClient(ImageAnnotatorClient, options, { fallback })
  try {
    return await findLabel(client)
  } finally {
    await client.close()
  }
}
