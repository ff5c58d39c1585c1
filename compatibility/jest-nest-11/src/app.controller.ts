import { Controller, Get } from '@nestjs/common'

import { AppService } from './app.service'

@Controller()
export class AppController {
  constructor(private readonly appService: AppService) {}

  @Get('endpoints')
  getEndpoints(): (string | undefined)[] {
    return this.appService.getEndpoints()
  }

  @Get('labels')
  getLabels(): Promise<string[][]> {
    return this.appService.getLabels()
  }
}
