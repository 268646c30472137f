/** Builds the test's page, serves it, and serves models to it from addresses that do not exist. */
import { mkdirSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import { build, preview, type PreviewServer } from 'vite'
import type { StandInModel } from '../../support/webllm/model.ts'
import type { TestPage } from './page.ts'

const root = new URL('.', import.meta.url).pathname
export const pageFolder = new URL('../../../.cache/webllm-page', import.meta.url).pathname

export async function servePage(): Promise<PreviewServer> {
  mkdirSync(pageFolder, { recursive: true })
  const config = { root, base: './', configFile: false as const, logLevel: 'error' as const }
  await build({
    ...config,
    worker: { format: 'es' },
    build: { outDir: pageFolder, emptyOutDir: true, target: 'es2023', minify: false },
  })
  return preview({ ...config, build: { outDir: pageFolder }, preview: { host: '127.0.0.1', port: 0 } })
}

/** Where a model is said to be. */
export const addresses = (model: StandInModel) => ({
  url: `https://models.invalid/${model.id}`,
  library: `https://models.invalid/libraries/${model.libraryName}`,
})
export const specOf = (model: StandInModel, context = 512) => ({
  adapter: 'webllm' as const,
  model: model.id,
  context,
  ...addresses(model),
})

interface Instead {
  readonly status?: number
  readonly body?: Uint8Array | string
  /** The first time only. */
  readonly once?: boolean
}
export interface Shop {
  /** No network: what this answers would come through Playwright, which setOffline does not reach. */
  closed: boolean
  /** Files asked for, by name. */
  readonly asked: string[]
  /** Answers other than the file: by name. */
  readonly instead: Map<string, Instead | Promise<void>>
}

/** Answers for `https://models.invalid`, or in the place of other hosts. */
export async function serveModels(
  context: BrowserContext,
  models: readonly StandInModel[],
  hosts = /^https:\/\/models\.invalid\//,
): Promise<Shop> {
  const shop: Shop = { closed: false, asked: [], instead: new Map() }
  await context.route(hosts, async (route) => {
    const path = new URL(route.request().url()).pathname.slice(1).split('/')
    const name = path.at(-1) ?? ''
    shop.asked.push(name)
    if (shop.closed) return route.abort('internetdisconnected')
    const instead = shop.instead.get(name)
    if (instead instanceof Promise) await instead
    const other = instead instanceof Promise ? undefined : instead
    if (other?.once === true) shop.instead.delete(name)
    const model = models.find(({ id, libraryName }) => path.includes(id) || name === libraryName)
    const file = name === model?.libraryName ? model.library : model?.files.get(name)
    const body = other?.body ?? file
    const status = other?.status ?? (body === undefined ? 404 : 200)
    await route
      .fulfill({
        status,
        headers: { 'access-control-allow-origin': '*', 'content-type': 'application/octet-stream' },
        body: body === undefined ? '' : typeof body === 'string' ? body : Buffer.from(body),
      })
      .catch(() => undefined)
  })
  return shop
}

/** Calls the page: what crosses is JSON. */
export function call<Name extends keyof TestPage>(
  page: Page,
  name: Name,
  ...args: Parameters<TestPage[Name]>
): Promise<Awaited<ReturnType<TestPage[Name]>>> {
  return page.evaluate(
    ([what, given]) => {
      const { llm } = globalThis as unknown as { llm: Record<string, (...args: unknown[]) => unknown> }
      return llm[what]?.(...given) as never
    },
    [name as string, args as unknown[]] as const,
  )
}

/** A model's files as a page gets them from a folder; some left out, some put in. */
export function fileList(model: StandInModel, folder: string, without: readonly string[] = []) {
  const all = [...model.files, [model.libraryName, model.library] as const]
  return all
    .filter(([name]) => !without.includes(name))
    .map(([name, bytes]) => ({ path: folder + name, base64: Buffer.from(bytes).toString('base64') }))
}
