/** One browser with the test's page and a shop of models, and short ways to ask them. */
import type { BrowserContext, Page } from 'playwright-core'
import type { GenerateRequest, Generated, ModelSpec } from '../../../src/llm/contracts.ts'
import type { Fault, Result } from '../../../src/core/result.ts'
import type { StandInModel } from '../../support/webllm/model.ts'
import { openBrowser } from '../harness.ts'
import { call, serveModels, servePage, type Shop } from './serve.ts'

export interface Session {
  readonly context: BrowserContext
  readonly page: Page
  readonly shop: Shop
  /** Every address asked for. */
  readonly requests: readonly string[]
  load(spec: ModelSpec): ReturnType<typeof call<'load'>>
  /** What one request comes to; throws what is a fault. */
  answer(request: GenerateRequest, model?: string): Promise<Generated>
  text(request: GenerateRequest, model?: string): Promise<string>
  online(on: boolean): Promise<void>
  /** Takes the GPU away, as a driver that fails does. */
  crashGpu(): Promise<void>
  close(): Promise<void>
}

export async function startSession(models: readonly StandInModel[]): Promise<Session> {
  const server = await servePage()
  const { context, page, requests } = await openBrowser({ gpu: true })
  const shop = await serveModels(context, models)
  await page.goto(server.resolvedUrls?.local[0] ?? '')
  await page.waitForFunction('globalThis.llm !== undefined')
  const answer = async (request: GenerateRequest, model = 'one') => {
    const { result } = await call(page, 'generate', model, [request])
    if (!result.ok) throw new Error(result.fault.message)
    return result.value[0]!
  }
  return {
    context,
    page,
    shop,
    requests,
    load: (spec) => call(page, 'load', spec),
    answer,
    text: async (request, model) => (await answer(request, model)).text,
    async online(on) {
      shop.closed = !on
      await context.setOffline(!on)
    },
    async crashGpu() {
      const session = await context.newCDPSession(page)
      await session.send('Browser.crashGpuProcess' as 'Browser.getVersion').catch(() => undefined)
    },
    async close() {
      await context.close()
      await server.close()
    },
  }
}

export const ask = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  system: '',
  prompt: 'hello',
  maxTokens: 24,
  temperature: 1,
  seed: 1,
  ...more,
})

/** The fault that something came to, or one of kind `none`. */
export async function fault(of: Promise<{ readonly result: Result<unknown> }>): Promise<Fault> {
  const { result } = await of
  return result.ok ? { kind: 'none', message: '' } : result.fault
}
