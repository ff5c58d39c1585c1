import { ClientOptionsModule } from '@client-options/nestjs'
import { GoogleCloudModule } from '@client-options/nestjs/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Logger, Module } from '@nestjs/common'
import { ConfigService } from '@nestjs/config'

import { optionsFromEnvironment } from './options-from-environment.ts'

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
    GoogleCloudModule.forFeature([{ provide: ImageAnnotatorClient, close: closeAndTell('the client') }]),
    // For many images: other options, another endpoint, and over REST.
    GoogleCloudModule.forFeature(
      [{ provide: ImageAnnotatorClient, extra: { fallback: true }, close: closeAndTell('the batch client') }],
      { options: 'batch' },
    ),
  ],
  exports: [GoogleCloudModule],
})
export class VisionModule {}

/** Without it clients are closed all the same, but silently. */
function closeAndTell(name: string) {
  return async (client: ImageAnnotatorClient): Promise<void> => {
    await client.close()
    new Logger(VisionModule.name).log(`Closed ${name}`)
  }
}
