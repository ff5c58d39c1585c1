import { createClient } from '@client-options/core/google-cloud'
import { ClientOptionsModule } from '@client-options/nestjs'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Logger, Module } from '@nestjs/common'
import { ConfigService } from '@nestjs/config'

import { optionsFromEnvironment } from './options-from-environment.ts'

/** The client for many images: other options, another endpoint, and over REST. */
export const BatchAnnotator = Symbol('BatchAnnotator')

/** Two registrations of options, from `VISION_...` and from `BATCH_...`, and a client built from each. */
@Module({
  imports: [
    ClientOptionsModule.forRootAsync({
      isGlobal: true,
      inject: [ConfigService],
      useFactory: config => optionsFromEnvironment(config, 'VISION'),
    }),
    ClientOptionsModule.forRootAsync({
      name: 'batch',
      isGlobal: true,
      inject: [ConfigService],
      useFactory: config => optionsFromEnvironment(config, 'BATCH'),
    }),
    ClientOptionsModule.forFeature([
      {
        provide: ImageAnnotatorClient,
        useFactory: options => createClient(ImageAnnotatorClient, options),
        close: closeAndTell('the client'),
      },
      {
        provide: BatchAnnotator,
        options: 'batch',
        useFactory: options => createClient(ImageAnnotatorClient, options, { fallback: true }),
        close: closeAndTell('the batch client'),
      },
    ]),
  ],
  exports: [ClientOptionsModule],
})
export class VisionModule {}

/** Without it clients are closed all the same, but silently. */
function closeAndTell(name: string) {
  return async (client: ImageAnnotatorClient): Promise<void> => {
    await client.close()
    new Logger(VisionModule.name).log(`Closed ${name}`)
  }
}
