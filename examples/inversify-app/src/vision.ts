import { createClient } from '@client-options/core/google-cloud'
import { clientModule, clientOptionsModule } from '@client-options/inversify'
import { ImageAnnotatorClient } from '@google-cloud/vision'

import { optionsFromEnvironment } from './options-from-environment.ts'

/** The client for many images: other options, another endpoint, and over REST. */
export const BatchAnnotator = Symbol('BatchAnnotator')

/** Two registrations of options, from `VISION_...` and from `BATCH_...`, and a client built from each. */
export const visionModules = [
  clientOptionsModule({ useFactory: () => optionsFromEnvironment(process.env, 'VISION') }),
  clientOptionsModule({ name: 'batch', useFactory: () => optionsFromEnvironment(process.env, 'BATCH') }),
  clientModule({
    provide: ImageAnnotatorClient,
    useFactory: options => createClient(ImageAnnotatorClient, options),
    close: closeAndTell('the client'),
  }),
  clientModule({
    provide: BatchAnnotator,
    options: 'batch',
    useFactory: options => createClient(ImageAnnotatorClient, options, { fallback: true }),
    close: closeAndTell('the batch client'),
  }),
]

/** Without it clients are closed all the same, but silently. */
function closeAndTell(name: string) {
  return async (client: ImageAnnotatorClient): Promise<void> => {
    await client.close()
    console.log(`Closed ${name}`)
  }
}
