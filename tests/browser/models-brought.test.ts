/** Models that people bring along, in the page: from choosing a file, a folder or an entry of the list to a child in the archive. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { PreviewServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEMPLATES } from '../../src/arenas/core-war/prompts/templates.ts'
import { writeGguf } from '../support/gguf.ts'
import { standInModel, type StandInModel } from '../support/webllm/model.ts'
import { openBrowser, untilGeneration, type Opened } from './harness.ts'
import { serveProduct } from './webllm/product.ts'
import { addresses, serveModels } from './webllm/serve.ts'

let server: PreviewServer
let url = ''
beforeAll(async () => {
  server = await serveProduct()
  url = server.resolvedUrls?.local[0] ?? ''
})
afterAll(() => server.close())

const panel = (page: Page) => page.getByRole('complementary', { name: 'Language models' })
const card = (page: Page, model: string) => panel(page).locator(`[data-model="${model}"]`)
const source = (page: Page, name: string) => panel(page).locator('summary', { hasText: name })
const byModels = (page: Page) => page.locator('[role="gridcell"][aria-label*="written by a language model"]')

/** A run in which the model writes everybody, in step, so that it does not matter who is faster; it stands at its beginning. */
async function openWaiting(gpu: boolean): Promise<Opened> {
  const opened = await openBrowser({ gpu })
  await opened.page.addInitScript(() => localStorage.setItem('evolarium:paused', 'yes'))
  const settings = {
    arena: 'core-war',
    preset: 'nano',
    seed: 5,
    population: 6,
    mix: { pace: 'lockstep', classical: 0 },
  }
  await opened.page.goto(`${url}#v1=${Buffer.from(JSON.stringify(settings)).toString('base64url')}`)
  await opened.page.locator('[data-state="paused"]').waitFor()
  await opened.page.keyboard.press('m')
  return opened
}

/** The model is ready, writes two generations, and one of its children is looked at: who wrote it, asked what, at what cost. */
async function writes({ page, errors }: Opened, model: string, version: RegExp): Promise<void> {
  await card(page, model).getByTestId('model-state').getByText('Ready').waitFor({ timeout: 90_000 })
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await untilGeneration(page, 2)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.locator('[data-state="paused"]').waitFor()
  await byModels(page).last().click()
  const story = page.getByRole('region', { name: 'How it was written' })
  await story.getByText(`Written by the language model ${model}`).waitFor()
  expect(await story.getByTestId('writing-version').textContent()).toMatch(version)
  expect(Number(await story.getByTestId('writing-tokens').textContent())).toBeGreaterThan(4)
  await story.getByText('The prompt', { exact: true }).click()
  expect(await story.getByLabel('The prompt').textContent()).toMatch(/Core War.*Answer with 1 to \d+ lines/s)
  // All of it is on its card. A grammar held it: only what was cut off at the end of its tokens is not legal.
  await page.keyboard.press('m')
  const row = (name: RegExp) => card(page, model).getByRole('row', { name }).locator('td').first()
  expect(Number(await row(/^Novel/).textContent())).toBeGreaterThanOrEqual(8)
  expect(parseFloat((await row(/^Legal/).textContent()) ?? '')).toBeGreaterThan(80)
  expect(errors).toEqual([])
}

/** A model's files in a folder, as a download leaves them. */
function folderOf({ id, files, libraryName, library }: StandInModel): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'evolarium-mlc-')), id)
  mkdirSync(folder)
  for (const [name, bytes] of [...files, [libraryName, library] as const]) writeFileSync(join(folder, name), bytes)
  return folder
}

describe('models that people bring along', () => {
  it('[P70] [P74] [P22] a GGUF file from the disk: a broken one is told and not kept, a whole one writes children', async () => {
    const opened = await openWaiting(false)
    const { page, context, requests } = opened
    // Words of the prompts are tokens, as real models have them: prompts are short.
    const prompts = Object.values(TEMPLATES).flatMap(({ system, blind, informed }) => [system, blind, informed])
    const words = [...new Set(prompts.join(' ').match(/[A-Za-z]{3,}/g))]
    const bytes = writeGguf({ context: 2048, words, name: `<b>Non\u202esense</b>${'x'.repeat(3000)}` })
    await source(page, 'From disk').click()
    // Dropped, and then chosen.
    const dropped = await page.evaluateHandle(
      (text) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], 'cut.gguf'))
        return transfer
      },
      Buffer.from(bytes.slice(0, bytes.length / 2)).toString('base64'),
    )
    await panel(page).getByRole('group', { name: 'Files' }).dispatchEvent('drop', { dataTransfer: dropped })
    await panel(page)
      .getByText(/^cut could not be loaded .* the file may be damaged/)
      .waitFor()
    await expect.poll(() => card(page, 'cut').count()).toBe(0)
    await panel(page)
      .getByLabel('Choose GGUF files')
      .setInputFiles({ name: 'nonsense.gguf', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) })
    await writes(opened, 'nonsense', /^wllama .*llama\.cpp/)
    // What it says it is called is text, and no more of it than a name has.
    const name = (await card(page, 'nonsense').getByRole('heading').textContent()) ?? ''
    expect(name).toMatch(/^<b>Non·sense<\/b>x{10,}$/)
    expect(name.length).toBe(80)
    expect(requests.filter((one) => !one.replace(/^blob:/, '').startsWith(url))).toEqual([])
    await context.close()
  })

  it('[P71] a folder of a downloaded MLC model: what lacks is named, a whole one writes children, and nothing is fetched', async () => {
    const opened = await openWaiting(true)
    const { page, context, requests } = opened
    const model = standInModel('one', 1)
    const whole = folderOf(model)
    const lacking = folderOf({
      ...model,
      files: new Map([...model.files].filter(([name]) => name !== 'tokenizer.json')),
    })
    await source(page, 'From disk').click()
    await panel(page).getByLabel('Choose its folder').setInputFiles(lacking)
    await panel(page).getByText('tokenizer.json is not among the files of one').waitFor({ timeout: 60_000 })
    await panel(page).getByLabel('Choose its folder').setInputFiles(whole)
    await writes(opened, 'one', /^web-llm/)
    expect(requests.filter((one) => !one.replace(/^blob:/, '').startsWith(url))).toEqual([])
    await context.close()
  })

  it('[P72] [P73] a model of the list: told what it means, fetched with progress, and it writes children; another by its address beside it', async () => {
    const opened = await openWaiting(true)
    const { page, context } = opened
    const id = 'SmolLM2-360M-Instruct-q4f32_1-MLC'
    const model = standInModel(id, 3, { library: 'SmolLM2-360M-Instruct-q4f32_1_cs1k-webgpu.wasm' })
    const other = standInModel('two', 2)
    const hosts = /^https:\/\/(huggingface\.co|raw\.githubusercontent\.com|models\.invalid)\//
    const hub = await serveModels(context, [model, other], hosts)
    let arrives: () => void = () => undefined
    hub.instead.set('params_shard_4.bin', new Promise((resolve) => (arrives = resolve)))
    await source(page, 'From the list').click()
    const entry = panel(page).getByRole('listitem').filter({ hasText: 'SmolLM2-360M' }).first()
    await entry.getByRole('button', { name: /^Fetch…/ }).click({ timeout: 60_000 })
    await entry.getByText('It comes from huggingface.co and raw.githubusercontent.com').waitFor()
    expect(hub.asked).toEqual([])
    await entry.getByRole('button', { name: 'Fetch and put in play' }).click()
    const progress = card(page, id).getByRole('progressbar')
    await card(page, id)
      .getByText(/\d+ %, 1\d\d KB of 268 KB/)
      .waitFor({ timeout: 60_000 })
    const share = await progress.evaluate((bar) => (bar as HTMLProgressElement).value)
    expect(share).toBeGreaterThan(0)
    expect(share).toBeLessThan(1)
    arrives()
    await writes(opened, id, /^web-llm/)
    await source(page, 'From the list').click()
    await entry.getByText('✓ here already').waitFor()

    // Files in use are not deleted.
    await panel(page).getByText('Any MLC model').click()
    const { url: folder, library } = addresses(other)
    await panel(page)
      .getByLabel(/^Its folder/)
      .fill(folder)
    await panel(page)
      .getByLabel(/^Its library/)
      .fill(library)
    await panel(page).getByRole('button', { name: 'Fetch and put in play' }).click()
    await card(page, 'two').getByTestId('model-state').getByText('Ready').waitFor({ timeout: 60_000 })
    await source(page, 'From the list').click()
    await source(page, 'From the list').click()
    const besides = panel(page).getByRole('listitem').filter({ hasText: /^two/ })
    await besides.getByRole('button', { name: 'In play' }).waitFor()
    expect(await besides.getByRole('button').count()).toBe(1)
    await card(page, 'two').getByRole('button', { name: /^Take out/ }).click() // prettier-ignore
    await besides.getByRole('button', { name: /^Delete/ }).click()
    await besides.waitFor({ state: 'detached' })
    expect(opened.errors).toEqual([])
    await context.close()
  })
})
