import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Controller, Get } from '@nestjs/common'
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus'

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly client: ImageAnnotatorClient,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.indicators.check('vision').attempt(() => connect(this.client))])
  }
}

/** Connects, unless it is connected: a wrong endpoint or an unknown authority shows. It sends no request. */
async function connect(client: ImageAnnotatorClient): Promise<void> {
  const stub = await client.initialize()
  await new Promise<void>((resolve, reject) => {
    stub['waitForReady']?.(Date.now() + 2_000, (error?: Error) => (error === undefined ? resolve() : reject(error)))
  })
}
