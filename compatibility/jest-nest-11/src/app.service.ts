import { ClientOptions } from '@client-options/core'
import { InjectClientOptions } from '@client-options/nestjs'
import { Injectable } from '@nestjs/common'

import { OverGrpc, OverRest } from './vision'

@Injectable()
export class AppService {
  constructor(
    readonly options: ClientOptions,
    @InjectClientOptions('rest') readonly rest: ClientOptions,
    private readonly overGrpc: OverGrpc,
    private readonly overRest: OverRest,
  ) {}

  getEndpoints(): (string | undefined)[] {
    return [this.options.apiEndpoint, this.rest.apiEndpoint]
  }

  getLabels(transport: string): Promise<string[]> {
    return (transport === 'rest' ? this.overRest : this.overGrpc).labels()
  }
}
