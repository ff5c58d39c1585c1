import { createServer, type IncomingMessage, type Server } from 'node:http'
import { json } from 'node:stream/consumers'

import type { Labels } from './labels.ts'

interface Answer {
  readonly status: number
  readonly body: object
}

/** `POST /labels` takes one image, `POST /labels/batch` many, each in base64. */
export function labelServer(labels: Labels): Server {
  async function answer(request: IncomingMessage): Promise<Answer> {
    switch (`${request.method} ${request.url}`) {
      case 'POST /labels': {
        const image = await member(request, 'image')
        if (typeof image !== 'string') return problem(400, 'image must be a text in base64')
        return { status: 200, body: { labels: await labels.ofOne(image) } }
      }
      case 'POST /labels/batch': {
        const images = await member(request, 'images')
        if (!isTexts(images)) return problem(400, 'images must be texts in base64')
        return { status: 200, body: { labels: await labels.ofMany(images) } }
      }
      default:
        return problem(404, 'there is nothing here')
    }
  }
  return createServer((request, response) => {
    void answer(request)
      .catch((error: unknown) => {
        console.error(error)
        return problem(500, 'the image could not be annotated')
      })
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
  })
}

async function member(request: IncomingMessage, name: string): Promise<unknown> {
  try {
    return Reflect.get(Object(await json(request)), name)
  } catch {
    return undefined // Not JSON.
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

function problem(status: number, message: string): Answer {
  return { status, body: { message } }
}
