import { ClientOptions } from '@client-options/core'
import { InjectClientOptions } from '@client-options/nestjs'
import { googleCloudHealth } from '@client-options/nestjs/google-cloud'
import { Controller, Get } from '@nestjs/common'
import { HealthCheck, type HealthCheckResult, HealthCheckService, type HealthIndicatorFunction } from '@nestjs/terminus'

@Controller('health')
export class HealthController {
  private readonly indicators: HealthIndicatorFunction[]

  constructor(
    private readonly health: HealthCheckService,
    options: ClientOptions,
    @InjectClientOptions('batch') batch: ClientOptions,
  ) {
    this.indicators = [googleCloudHealth('vision', options), googleCloudHealth('batch', batch)]
  }

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check(this.indicators)
  }
}
