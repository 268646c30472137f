import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveLlmPage, type LlmPage } from '../support/llm-page.ts'
import { openBrowser } from './harness.ts'

let site: LlmPage
beforeAll(async () => {
  site = await serveLlmPage()
})
afterAll(() => site.close())

describe('the browser’s own model, in a browser', () => {
  it('[L62] is asked for in the page, by way of the engine, and this browser says that it has none', async () => {
    const { page, context, errors } = await openBrowser()
    await page.goto(site.url)
    expect(await page.evaluate(() => typeof (globalThis as { LanguageModel?: unknown }).LanguageModel)).toBe('function')
    const result = await page.evaluate(async () => {
      const llm = await globalThis.llm
      const loaded = await llm.load({ adapter: 'built-in', model: 'chrome' }, () => undefined)
      await llm.unload('chrome')
      return loaded
    })
    expect(result).toMatchObject({ ok: false, fault: { kind: 'no-built-in' } })
    expect(errors).toEqual([])
    await context.close()
  })

  it('[L62] one that the page has writes for the engine', async () => {
    const { page, context } = await openBrowser()
    await page.addInitScript(() => {
      const session = {
        promptStreaming: (text: string) => new Blob([`said ${text}`]).stream().pipeThrough(new TextDecoderStream()),
        clone: () => Promise.resolve(session),
        destroy: () => undefined,
      }
      Object.defineProperty(globalThis, 'LanguageModel', {
        value: { availability: () => Promise.resolve('available'), create: () => Promise.resolve(session) },
      })
    })
    await page.goto(site.url)
    const written = await page.evaluate(async () => {
      const llm = await globalThis.llm
      const told: string[] = []
      await llm.load({ adapter: 'built-in', model: 'chrome' }, ({ text }) => told.push(text))
      const heard: string[] = []
      const request = { system: '', prompt: 'hello', maxTokens: 9, temperature: 1, seed: 1 }
      const result = await llm.generate('chrome', [request], (_index, added) => heard.push(added))
      return { told, heard, result, stats: await llm.stats('chrome') }
    })
    expect(written).toMatchObject({
      heard: ['said hello'],
      result: { ok: true, value: [{ text: 'said hello', finish: 'stop' }] },
      stats: { requests: 1 },
    })
    expect(written.told.length).toBe(1)
    await context.close()
  })
})
