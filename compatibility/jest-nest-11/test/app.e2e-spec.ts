import { INestApplication } from '@nestjs/common'
import { Test, TestingModule } from '@nestjs/testing'
import request from 'supertest'
import { App } from 'supertest/types'

import { AppModule } from './../src/app.module'

describe('AppController (e2e)', () => {
  let app: INestApplication<App>

  beforeEach(async () => {
    const moduleFixture: TestingModule = await Test.createTestingModule({ imports: [AppModule] }).compile()

    app = moduleFixture.createNestApplication()
    await app.init()
  })

  it('/labels/grpc (GET)', () => {
    return request(app.getHttpServer()).get('/labels/grpc').expect(200).expect(['loopback'])
  })

  afterEach(async () => {
    await app.close()
  })
})
