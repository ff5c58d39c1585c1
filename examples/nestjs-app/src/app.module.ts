import { Module } from '@nestjs/common'
import { ConfigModule } from '@nestjs/config'
import { TerminusModule } from '@nestjs/terminus'

import { HealthController } from './health.controller.ts'
import { LabelsController } from './labels.controller.ts'
import { LabelsService } from './labels.service.ts'
import { VisionModule } from './vision.module.ts'

@Module({
  imports: [ConfigModule.forRoot({ isGlobal: true }), TerminusModule, VisionModule],
  controllers: [HealthController, LabelsController],
  providers: [LabelsService],
})
export class AppModule {}
