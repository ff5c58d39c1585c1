import 'reflect-metadata'
import { ClientOptions } from '@client-options/core'
import { ClientOptionsModule } from '@client-options/nestjs'
import { googleCloudHealth } from '@client-options/nestjs/google-cloud'
import { Controller, Get, Inject, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { HealthCheck, type HealthCheckResult, HealthCheckService, TerminusModule } from '@nestjs/terminus'

@Controller('health')
class HealthController {
  private readonly google: ReturnType<typeof googleCloudHealth>

  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(ClientOptions) options: ClientOptions,
  ) {
    this.google = googleCloudHealth('google', options)
  }

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([this.google])
  }
}

const noCertificate = { clientCertSource: () => Promise.reject(new Error('no card')) }
const options = { apiKey: 'a-key', ...(process.argv[2] === 'down' && noCertificate) }

@Module({ imports: [ClientOptionsModule.forRoot(options), TerminusModule], controllers: [HealthController] })
class AppModule {}

/** Tells what the health endpoint does. */
async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: false })
  await app.listen(0, '127.0.0.1')
  const response = await fetch(`${await app.getUrl()}/health`)
  console.log(response.status)
  console.log(await response.text())
  await app.close()
}

void main()
