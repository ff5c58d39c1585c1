import 'reflect-metadata'
import { ClientOptionsModule } from '@client-options/nestjs'
import { type DynamicModule, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

const fromTheEnvironment: object = { apiEndpoint: 'ftp://payments.example.com', scopes: 'one' }
const name = 'payments'

/** What an application must not start with. */
const registrations: Record<string, DynamicModule[]> = {
  bad: [ClientOptionsModule.forRootAsync({ name, useFactory: () => fromTheEnvironment })],
  twice: [
    ClientOptionsModule.forRoot({}, { name }),
    ClientOptionsModule.forRootAsync({ name, useFactory: () => ({}) }),
  ],
}

@Module({ imports: registrations[process.argv[2] ?? ''] ?? [] })
class AppModule {}

void NestFactory.createApplicationContext(AppModule, { logger: ['error'] }).then(() => console.log('started'))
