import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generationOf, openBrowser, serve, stopServing, untilGeneration } from './harness.ts'

let url = ''
beforeAll(async () => {
  url = await serve()
})
afterAll(stopServing)

const panel = (page: Page) => page.getByRole('complementary', { name: 'Language models' })
const models = (page: Page) => page.getByRole('group', { name: 'Run' }).getByRole('button', { name: /Models/ })
const byModels = (page: Page) => page.locator('[role="gridcell"][aria-label*="written by a language model"]')
const hashOf = (page: Page) => page.locator('main').getAttribute('data-archive-hash')

/** How many completions the card of the only model in play shows. */
const written = async (page: Page) =>
  Number((await panel(page).getByRole('row', { name: /^Written/ }).locator('td').first().textContent())?.replace(/\D/g, '')) // prettier-ignore

/** A first visit, one press, and our own model writes for warriors of Nano. */
async function withOurs(page: Page): Promise<void> {
  await page.goto(url)
  await page.getByRole('button', { name: /language model writes? too/ }).click()
  await expect.poll(() => page.title(), { timeout: 20_000 }).toContain('Nano')
  await models(page).click()
  await panel(page)
    .getByTestId('model-state')
    .getByText(/Ready|Writing/)
    .waitFor()
}

async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.locator('[data-state="paused"]').waitFor()
}

describe('language models on the page', () => {
  it('[P18] [P19] [P20] one press puts our own in play, it is taken out in mid-run, and the run is played again elsewhere from its tape', async () => {
    const { page, context, errors, requests } = await openBrowser()
    await withOurs(page)
    await expect.poll(() => byModels(page).count(), { timeout: 60_000 }).toBeGreaterThan(2)
    await untilGeneration(page, 12)
    expect(await written(page)).toBeGreaterThan(20)
    await panel(page).getByLabel('What Redcode nano (CPU) writes').getByText('MOV').or(panel(page).getByText('ORG')).first().waitFor() // prettier-ignore

    // In mid-run: it goes on, and nothing more comes.
    await panel(page).getByRole('button', { name: /^Take out/ }).click() // prettier-ignore
    await panel(page).getByText('redcode-nano wrote earlier in this run').click()
    // What was on its way into a generation still counts.
    const generation = await generationOf(page)
    await untilGeneration(page, generation + 2)
    const after = await written(page)
    await untilGeneration(page, generation + 12)
    expect(await written(page)).toBe(after)
    await page.keyboard.press('Escape')
    await pause(page)

    // A child of the model's: who wrote it, from whom, at what cost.
    await byModels(page).last().click()
    const story = page.getByRole('region', { name: 'How it was written' })
    await story.getByText('Written by the language model redcode-nano').waitFor()
    expect(await story.getByTestId('writing-version').textContent()).toContain('redcode-nano')
    expect(Number(await story.getByTestId('writing-tokens').textContent())).toBeGreaterThan(4)
    expect(await story.getByTestId('writing-ms').textContent()).toMatch(/ m?s$/)
    await story.getByText('The prompt', { exact: true }).click()
    expect(await story.getByLabel('The prompt').textContent()).toMatch(/^(new|mutate|crossover|resample)/)
    await page.getByText(/^Family: /).waitFor()

    // Away with it, and to another place.
    await page.keyboard.press('r')
    const runs = page.getByRole('complementary', { name: 'Runs kept in this browser' })
    const row = runs.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Open', exact: true }) })
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('button', { name: 'Save .evo' }).click(),
    ])
    const bytes = readFileSync(await file.path())
    const hash = await hashOf(page)
    expect(errors).toEqual([])
    expect(requests.filter((one) => !one.startsWith(url) && !one.startsWith('blob:'))).toEqual([])
    await context.close()

    const elsewhere = await openBrowser()
    await elsewhere.page.goto(url)
    await untilGeneration(elsewhere.page, 1)
    await elsewhere.page.keyboard.press('r')
    const there = elsewhere.page.getByRole('complementary', { name: 'Runs kept in this browser' })
    await there
      .getByLabel('Open an .evo file')
      .setInputFiles({ name: 'run.evo', mimeType: 'application/gzip', buffer: bytes })
    await expect.poll(() => hashOf(elsewhere.page)).toBe(hash)
    const imported = there
      .getByRole('listitem')
      .filter({ has: elsewhere.page.getByRole('button', { name: 'Open', exact: true }) })
    await imported.getByRole('button', { name: 'Play again' }).click()
    await elsewhere.page
      .getByTestId('replay')
      .getByText(/^Same archive/)
      .waitFor({ timeout: 60_000 })
    await elsewhere.page.getByRole('status').getByText(/^Same archive/).waitFor() // prettier-ignore
    expect(await hashOf(elsewhere.page)).toBe(hash)
    expect(elsewhere.requests.filter((one) => one.includes('safetensors'))).toEqual([])
    expect(elsewhere.errors).toEqual([])
    await elsewhere.context.close()
  })
})
