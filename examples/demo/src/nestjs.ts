import type { ClientOptionsInput } from '@client-options/core'
import { ClientOptionsModule } from '@client-options/nestjs'
import { GoogleCloudModule } from '@client-options/nestjs/google-cloud'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

import { findLabel } from './image.ts'

/** A service of an application: it is given the client, and need not know of its options. */
@Injectable()
class Pictures {
  constructor(private readonly client: ImageAnnotatorClient) {}

  label(): Promise<string> {
    return findLabel(this.client)
  }
}

/** NestJS: the options are a provider, and so is the client, which is closed when the application shuts down. */
export async function annotateInNest(options: ClientOptionsInput, fallback: boolean): Promise<string> {
  @Module({
    imports: [
      ClientOptionsModule.forRoot(options, { isGlobal: true }),
      GoogleCloudModule.forFeature([{ provide: ImageAnnotatorClient, extra: { fallback } }]),
    ],
    providers: [Pictures],
  })
  class AppModule {}

  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] })
  try {
    return await app.get(Pictures).label()
  } finally {
    await app.close()
  }
}
