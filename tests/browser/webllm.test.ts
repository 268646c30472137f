import type { Page } from 'playwright-core'
import type { PreviewServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateRequest } from '../../src/llm/contracts.ts'
import { standInModel } from '../support/webllm/model.ts'
import { openBrowser, type Opened } from './harness.ts'
import { call, serveModels, servePage, specOf, type Shop } from './webllm/serve.ts'

const one = standInModel('one', 1)
const two = standInModel('two', 2)
let server: PreviewServer
let opened: Opened
let page: Page
let shop: Shop

beforeAll(async () => {
  server = await servePage()
  opened = await openBrowser({ gpu: true })
  page = opened.page
  shop = await serveModels(opened.context, [one, two])
  await page.goto(server.resolvedUrls?.local[0] ?? '')
  await page.waitForFunction('globalThis.llm !== undefined')
})
afterAll(async () => {
  await opened.context.close()
  await server.close()
})

const ask = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  system: '',
  prompt: 'hello',
  maxTokens: 24,
  temperature: 1,
  seed: 1,
  ...more,
})
async function answer(request: GenerateRequest, model = 'one') {
  const { result } = await call(page, 'generate', model, [request])
  if (!result.ok) throw new Error(result.fault.message)
  return result.value[0]!
}

describe('WebLLM', () => {
  it('[L1] loads a model with progress and tells what it can', async () => {
    const { result, reports } = await call(page, 'load', specOf(one))
    expect(result).toEqual({})
    expect(reports).toEqual([])
  })
  it('[L2] same seed', async () => {
    expect(await answer(ask())).toEqual(await answer(ask()))
  })
})
