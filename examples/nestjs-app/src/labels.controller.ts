import { BadRequestException, Body, Controller, HttpCode, Post } from '@nestjs/common'

import { LabelsService } from './labels.service.ts'

@Controller('labels')
export class LabelsController {
  constructor(private readonly labels: LabelsService) {}

  /** `{ "image": "<base64>" }` gives `{ "labels": ["cat"] }`. */
  @Post()
  @HttpCode(200)
  async ofOne(@Body('image') image: unknown): Promise<{ labels: string[] }> {
    if (typeof image !== 'string') throw new BadRequestException('image must be a text in base64')
    return { labels: await this.labels.ofOne(image) }
  }

  /** `{ "images": ["<base64>", ...] }` gives `{ "labels": [["cat"], ...] }`. */
  @Post('batch')
  @HttpCode(200)
  async ofMany(@Body('images') images: unknown): Promise<{ labels: string[][] }> {
    if (!isTexts(images)) throw new BadRequestException('images must be texts in base64')
    return { labels: await this.labels.ofMany(images) }
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
