import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveLlmPage, type LlmPage } from '../support/llm-page.ts'
import { begin, delta, OpenAiServer, stream } from '../support/openai.ts'
import { openBrowser, type Opened } from './harness.ts'

const KEY = 'sk-secret-0123456789'
const request = { system: '', prompt: 'hello', maxTokens: 9, temperature: 1, seed: 1 }

let site: LlmPage
let opened: Opened
let page: Page
let server: OpenAiServer
let url: string

beforeAll(async () => {
  site = await serveLlmPage()
  server = new OpenAiServer()
  url = await server.start()
  opened = await openBrowser()
  page = opened.page
  await page.goto(site.url)
})
afterAll(async () => {
  await opened.context.close()
  await server.stop()
  await site.close()
})

const load = (address: string) =>
  page.evaluate(
    async ([url, key]) =>
      (await globalThis.llm).load({ adapter: 'endpoint', model: 'tiny', url, key }, () => undefined),
    [address, KEY] as const,
  )

describe('servers, asked by a page', () => {
  it('[L57] one that sends no CORS headers is told apart from one that is not there', async () => {
    const refused = await load(url)
    expect(refused).toMatchObject({ ok: false, fault: { kind: 'cors' } })
    expect(JSON.stringify(refused)).toContain(`Access-Control-Allow-Origin: ${new URL(site.url).origin}`)
    expect(await load('http://127.0.0.1:9')).toMatchObject({ ok: false, fault: { kind: 'unreachable' } })
    expect(await page.evaluate(async (url) => (await globalThis.llm).listModels(url), url)).toMatchObject({
      ok: false,
      fault: { kind: 'cors' },
    })
    expect(JSON.stringify([refused, opened.errors])).not.toContain(KEY)
  })

  it('[L57] one that lets the page in is listed, and writes', async () => {
    server.cors = true
    expect(await page.evaluate(async (url) => (await globalThis.llm).listModels(url), url)).toEqual({
      ok: true,
      value: ['tiny'],
    })
    expect(await load(url)).toMatchObject({ ok: true })
    server.complete = (response) => stream(response, ['Grüß', ' dich'])
    const written = await page.evaluate(async (request) => {
      const heard: string[] = []
      const result = await (await globalThis.llm).generate('tiny', [request], (_index, added) => heard.push(added))
      return { result, text: heard.join('') }
    }, request)
    expect(written).toMatchObject({ text: 'Grüß dich', result: { ok: true, value: [{ tokens: 2, promptTokens: 11 }] } })
    expect(server.seen.at(-1)?.authorization).toBe(`Bearer ${KEY}`)
  })

  it('[L37] when the worker of the models breaks, those who wait are told, and loading starts another', async () => {
    let asked: () => void = () => undefined
    const waiting = new Promise<void>((resolve) => (asked = resolve))
    server.complete = (response) => void begin(response).write(delta('a'), () => asked())
    const writing = page.evaluate(async (request) => (await globalThis.llm).generate('tiny', [request]), request)
    await waiting
    await page.evaluate(() => globalThis.engine.crash())
    const lost = await writing
    expect(lost).toMatchObject({ ok: false, fault: { kind: 'model-lost' } })
    expect(JSON.stringify(lost)).toContain('out of memory')
    const again = await page.evaluate(async (request) => {
      const llm = await globalThis.llm
      llm.abort('tiny')
      await llm.unload('tiny')
      return [await llm.generate('tiny', [request]), await llm.stats('tiny')]
    }, request)
    expect(again).toMatchObject([{ ok: false, fault: { kind: 'model-lost' } }, null])
    server.complete = (response) => stream(response, ['back'])
    expect(await load(url)).toMatchObject({ ok: true })
    expect(
      await page.evaluate(async (request) => (await globalThis.llm).generate('tiny', [request]), request),
    ).toMatchObject({
      ok: true,
      value: [{ text: 'back' }],
    })
    await page.evaluate(() => globalThis.engine.crash())
    expect(await load(url)).toMatchObject({ ok: true })
    expect(await page.evaluate(() => globalThis.engine.workers())).toBe(3)
  })
})
