/** A server that speaks as OpenAI-compatible ones do, and goes wrong as they do, on command. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

export class OpenAiServer {
  readonly seen: Seen[] = []
  /** How it answers a completion. */
  complete: (response: ServerResponse, body: Seen['body'], request: IncomingMessage) => void | Promise<void> = (
    response,
  ) => stream(response, ['Hel', 'lo'])
  /** How it answers anything else; `/v1/models` lists these. */
  models: readonly { readonly id: string; readonly owned_by?: string }[] = [{ id: 'tiny', owned_by: 'me' }]
  other: (path: string, response: ServerResponse) => boolean = () => false
  /** Lets pages of other origins in. */
  cors = false
  /** Answers being written at this moment, and most at once. */
  open = 0
  mostOpen = 0
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    if (this.cors) {
      response.setHeader('access-control-allow-origin', '*')
      response.setHeader('access-control-allow-headers', 'authorization, content-type')
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(this.cors ? 204 : 404).end()
      return
    }
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body = text === '' ? {} : (JSON.parse(text) as Seen['body'])
    this.seen.push({ path, authorization: request.headers.authorization, body })
    if (this.other(path, response)) return
    if (path === '/v1/models') json(response, 200, { object: 'list', data: this.models })
    else if (path === '/v1/chat/completions') {
      this.mostOpen = Math.max(this.mostOpen, ++this.open)
      response.on('close', () => this.open--)
      await this.complete(response, body, request)
    } else json(response, 404, { error: { message: 'no such page' } })
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export const delta = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`

export const begin = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' })

/** A stream as it should be. */
export function stream(response: ServerResponse, pieces: readonly string[], finish = 'stop'): void {
  begin(response)
  for (const piece of pieces) response.write(delta(piece))
  response.write(delta('', finish))
  response.write(
    `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 11, completion_tokens: pieces.length } })}\n\n`,
  )
  response.end('data: [DONE]\n\n')
}
