import { ClientOptionsModule } from '@client-options/nestjs'
import { Module } from '@nestjs/common'

import { AppController } from './app.controller'
import { AppService } from './app.service'
import { OverGrpc, OverRest, visionOptions } from './vision'

@Module({
  imports: [
    ClientOptionsModule.forRootAsync({ isGlobal: true, useFactory: () => visionOptions('GRPC_ENDPOINT') }),
    ClientOptionsModule.forRootAsync({
      name: 'rest',
      isGlobal: true,
      useFactory: () => visionOptions('REST_ENDPOINT'),
    }),
    ClientOptionsModule.forFeature({ provide: OverGrpc, useFactory: options => new OverGrpc(options) }),
    ClientOptionsModule.forFeature({
      provide: OverRest,
      options: 'rest',
      useFactory: options => new OverRest(options),
    }),
  ],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
