import { Controller, Get, Param } from '@nestjs/common'

import { AppService } from './app.service'

@Controller()
export class AppController {
  constructor(private readonly appService: AppService) {}

  @Get('endpoints')
  getEndpoints(): (string | undefined)[] {
    return this.appService.getEndpoints()
  }

  @Get('labels/:transport')
  getLabels(@Param('transport') transport: string): Promise<string[]> {
    return this.appService.getLabels(transport)
  }
}
