import 'reflect-metadata'
import type { AddressInfo } from 'node:net'

import type { ClientOptions } from '@client-options/core'
import { createClient } from '@client-options/core/google-cloud'
import { ClientOptionsModule } from '@client-options/nestjs'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

@Controller()
class Labels {
  constructor(private readonly client: ImageAnnotatorClient) {}

  @Get('labels')
  async labels(): Promise<unknown> {
    const [response] = await this.client.batchAnnotateImages({ requests: [{ image: { content: 'aW1hZ2U=' } }] })
    return response.responses?.flatMap(({ labelAnnotations }) => labelAnnotations?.map(label => label.description))
  }
}

@Module({ controllers: [Labels] })
class Application {}

/** An application that answers one request by one of its own to Vision. */
export async function runApplication(options: ClientOptions): Promise<void> {
  const application = await NestFactory.create(
    {
      module: Application,
      imports: [
        ClientOptionsModule.forRoot(options, { isGlobal: true }),
        ClientOptionsModule.forFeature({
          provide: ImageAnnotatorClient,
          useFactory: injected => createClient(ImageAnnotatorClient, injected),
        }),
      ],
    },
    { logger: false, abortOnError: false },
  )
  await application.listen(0, '127.0.0.1')
  const { port }: AddressInfo = application.getHttpServer().address()
  const response = await fetch(`http://127.0.0.1:${port}/labels`)
  const labels = await response.text()
  await application.close()
  if (labels !== '["loopback"]') throw new Error(`The application answered ${response.status} ${labels}`)
}
