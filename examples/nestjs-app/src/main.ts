import 'reflect-metadata'
import { Logger } from '@nestjs/common'
import { ConfigService } from '@nestjs/config'
import { NestFactory } from '@nestjs/core'

import { AppModule } from './app.module.ts'

const app = await NestFactory.create(AppModule)
// On SIGTERM: finish the requests under way, close the clients, and exit with 0.
app.enableShutdownHooks([], { useProcessExit: true })
await app.listen(app.get(ConfigService).get('PORT', 3000))
new Logger('main').log(`Listening on ${await app.getUrl()}`)
