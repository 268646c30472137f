import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { begin, delta, OpenAiServer, stream } from '../support/openai.ts'
import { generationOf, openBrowser, serve, stopServing, untilGeneration, violations } from './harness.ts'

let url = ''
beforeAll(async () => {
  url = await serve()
})
afterAll(stopServing)

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } } as const

const panel = (page: Page) => page.getByRole('complementary', { name: 'Language models' })
const models = (page: Page) => page.getByRole('group', { name: 'Run' }).getByRole('button', { name: /Models/ })
const byModels = (page: Page) => page.locator('[role="gridcell"][aria-label*="written by a language model"]')
const hashOf = (page: Page) => page.locator('main').getAttribute('data-archive-hash')

/** How many completions the card of the only model in play shows. */
const written = async (page: Page) =>
  Number((await panel(page).getByRole('row', { name: /^Written/ }).locator('td').first().textContent())?.replace(/\D/g, '')) // prettier-ignore

async function inNano(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'World', exact: true }).selectOption('nano')
  await expect.poll(() => page.title()).toContain('Nano')
}

/** A first visit, one press, and our own model writes for warriors of Nano. */
async function withOurs(page: Page): Promise<void> {
  await page.goto(url)
  await inNano(page)
  await page.getByRole('button', { name: /language model writes? too/ }).click()
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

    // A child of the model's: who wrote it, from whom, at what cost.
    await page.keyboard.press('Escape')
    await pause(page)
    await byModels(page).last().click()
    const story = page.getByRole('region', { name: 'How it was written' })
    await story.getByText('Written by the language model redcode-nano').waitFor()
    expect(await story.getByTestId('writing-version').textContent()).toContain('redcode-nano')
    expect(Number(await story.getByTestId('writing-tokens').textContent())).toBeGreaterThan(4)
    expect(await story.getByTestId('writing-ms').textContent()).toMatch(/ m?s$/)
    await story.getByText('The prompt', { exact: true }).click()
    expect(await story.getByLabel('The prompt').textContent()).toMatch(/^(new|mutate|crossover|resample)/)
    await page.getByText(/^Family: /).waitFor()

    // In mid-run: it goes on, and nothing more comes.
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await models(page).click()
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
    await expect.poll(() => hashOf(elsewhere.page), { timeout: 20_000 }).toBe(hash)
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

  it.each([
    ['dark', 'desktop'],
    ['light', 'phone'],
  ] as const)('[P21] their panels are accessible and do not scroll sideways: %s, %s', async (colorScheme, size) => {
    const { page, context, errors } = await openBrowser({ viewport: SIZES[size], colorScheme })
    const clean = async (part: string) => {
      // On a phone a panel covers the page up to a margin, and what peeps out of it is not to be met.
      expect(await violations(page, size === 'phone' ? 'aside' : 'html'), part).toEqual([])
      for (const box of ['html', 'aside'])
        expect(
          await page.locator(box).evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth)),
          `${part}: ${box}`,
        ).toEqual((await page.locator(box).all()).map(() => expect.toSatisfy((over: number) => over <= 0)))
    }
    await withOurs(page)
    await untilGeneration(page, 4)
    // The panel has the focus, so the key is free.
    await page.keyboard.press('Space')
    await page.locator('[data-state="paused"]').waitFor()
    await clean('in play')
    for (const source of ['Our own', 'From the list', 'From disk', 'A server', 'The browser’s own']) {
      await panel(page).locator('summary', { hasText: source }).click()
      if (source === 'From the list') {
        await panel(page).getByText(/^All \d+ models$/).click({ timeout: 30_000 }) // prettier-ignore
        await panel(page).getByText('Any MLC model').click()
      }
      if (source === 'From disk') await panel(page).getByText('Which files').click()
      await page.waitForTimeout(200)
      await clean(source)
    }
    await panel(page).getByRole('button', { name: /^Prompts/ }).click() // prettier-ignore
    await page.getByLabel(/^Informed/).waitFor()
    for (const part of ['Places', 'The grammar']) await page.locator('aside summary', { hasText: part }).click()
    await clean('prompts')
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P9] [P21] everything in them is reached by keyboard', async () => {
    const { page, context } = await openBrowser()
    await page.goto(url)
    await inNano(page)
    await untilGeneration(page, 1)
    const tabTo = async (name: RegExp) => {
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press('Tab')
        const focused = await page.evaluate(() => document.querySelector(':is(button, summary):focus')?.textContent)
        if (name.test(focused ?? '')) return
      }
      throw new Error(`no way to ${String(name)}`)
    }
    await page.keyboard.press('m')
    await panel(page).waitFor()
    await tabTo(/^Let Redcode nano write too/)
    await page.keyboard.press('Enter')
    // While it loads it has another button.
    await panel(page)
      .getByTestId('model-state')
      .getByText(/Ready|Writing/)
      .waitFor()
    await page.keyboard.press('Escape')
    await panel(page).waitFor({ state: 'detached' })
    await page.keyboard.press('m')
    await panel(page).waitFor()
    await tabTo(/Take out/)
    await page.keyboard.press('Enter')
    await panel(page).getByTestId('model-state').waitFor({ state: 'detached' }) // prettier-ignore
    await tabTo(/^A server/)
    await page.keyboard.press('Enter')
    // The return key asks, and what cannot be asked is told in a sentence.
    await panel(page).getByLabel('Address').fill('not an address')
    await page.keyboard.press('Enter')
    await panel(page)
      .getByText(/is no address of a server/)
      .waitFor()
    await context.close()
  })

  it('[P22] [P25] a server’s hostile text is text, its failing is told, and evolution goes on', async () => {
    const server = new OpenAiServer()
    server.cors = true
    server.models = [{ id: '<b>sly</b>' }, { id: 'other' }]
    const hostile = [
      '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
      '[a](javascript:window.hacked=1) \u202e\u0007 {{parent}} <|im_start|>',
    ]
    server.complete = (response) => stream(response, hostile)
    const address = await server.start()
    const { page, context, errors, requests } = await openBrowser()
    await page.goto(url)
    await untilGeneration(page, 1)
    await page.keyboard.press('m')
    await panel(page).locator('summary', { hasText: 'A server' }).click()
    await panel(page).getByLabel('Address').fill(address)
    await panel(page).getByLabel('Key').fill('sk-secret')
    await panel(page).getByRole('button', { name: 'Ask for its models' }).click()
    await panel(page).getByText('It has 2 models').waitFor()
    await panel(page).getByRole('button', { name: 'Put in play' }).click()
    const text = panel(page).locator('pre').first()
    await expect.poll(() => text.textContent(), { timeout: 30_000 }).toContain('<img src=x onerror=')
    expect(await text.textContent()).not.toMatch(/[\u202e\u0007]/)
    await expect.poll(() => written(page)).toBeGreaterThan(4)
    const refused = panel(page).getByRole('row', { name: /^Refused/ }).locator('td').first() // prettier-ignore
    await expect.poll(async () => Number(await refused.textContent())).toBeGreaterThan(4)
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    expect(await panel(page).locator('img, script').count()).toBe(0)
    expect(server.seen.some(({ authorization }) => authorization === 'Bearer sk-secret')).toBe(true)
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('secret')
    expect(page.url()).not.toContain('secret')

    // It breaks off in the middle, and is gone.
    server.complete = (response) => {
      begin(response).write(delta('MOV'))
      response.destroy()
    }
    await expect
      .poll(() => panel(page).getByTestId('model-state').textContent(), { timeout: 30_000 })
      .toContain('Failed')
    await panel(page)
      .getByText(/is tried again in \d+ s; operators go on meanwhile/)
      .waitFor()
    await untilGeneration(page, (await generationOf(page)) + 5)
    server.complete = (response) => stream(response, hostile)
    await expect
      .poll(() => panel(page).getByTestId('model-state').textContent(), { timeout: 30_000 })
      .toMatch(/Ready|Writing/)
    expect(requests.filter((one) => !one.startsWith(url) && !one.startsWith(address))).toEqual([])
    expect(errors.filter((error) => !error.includes('ERR_'))).toEqual([])
    await context.close()
    await server.stop()
  })

  it('[P23] models in play go along into a new run, and ours come back after a reload', async () => {
    const { page, context } = await openBrowser()
    await withOurs(page)
    await page.keyboard.press('Escape')
    await page.getByLabel('Seed').fill('77')
    await page.getByLabel('Seed').press('Tab')
    await page.getByRole('button', { name: 'Start new run' }).click()
    await expect.poll(() => page.title()).toContain('seed 77')
    await expect.poll(() => byModels(page).count(), { timeout: 30_000 }).toBeGreaterThan(0)
    await page.reload()
    await expect.poll(() => models(page).textContent(), { timeout: 20_000 }).toMatch(/Models.*1/)
    await models(page).click()
    await panel(page)
      .getByTestId('model-state')
      .getByText(/Ready|Writing/)
      .waitFor()
    // Taken out, it stays out.
    await panel(page).getByRole('button', { name: /^Take out/ }).click() // prettier-ignore
    await page.reload()
    await untilGeneration(page, 1)
    await page.waitForTimeout(500)
    expect(await models(page).textContent()).not.toMatch(/1/)
    await context.close()
  })

  it('[P24] shares and prompts begin a new run; a template that cannot be used is told in a sentence', async () => {
    const { page, context } = await openBrowser()
    await page.goto(url)
    await untilGeneration(page, 1)
    await page.locator('.settings summary', { hasText: 'Variation' }).click()
    await page.getByLabel('Who writes next').selectOption('bandit')
    await page.getByRole('button', { name: 'Prompts: what models are told' }).click()
    const prompts = page.getByRole('complementary', { name: /^Prompts/ })
    const informed = prompts.getByLabel(/^Informed/)
    await informed.fill('Change {{parents}}.')
    await prompts.getByText('has a place {{parents}} that is never filled').waitFor()
    expect(await prompts.getByRole('button', { name: 'Start new run' }).isDisabled()).toBe(true)
    await informed.fill('Change one number of this warrior.\n{{parent}}')
    await prompts.getByRole('button', { name: 'Start new run' }).click()
    await expect.poll(() => prompts.getByRole('button', { name: 'Start new run' }).count()).toBe(0)
    expect(await informed.inputValue()).toBe('Change one number of this warrior.\n{{parent}}')
    await page.reload()
    await untilGeneration(page, 1)
    await page.keyboard.press('m')
    await panel(page).getByText('Whoever added most to the archive for its cost').waitFor()
    await panel(page).getByText(/^rate /).first().waitFor() // prettier-ignore
    await panel(page).getByRole('button', { name: /^Prompts/ }).click() // prettier-ignore
    await expect.poll(() => informed.inputValue()).toBe('Change one number of this warrior.\n{{parent}}')
    await prompts.getByRole('button', { name: 'Back to the arena’s own' }).click()
    expect(await informed.inputValue()).not.toContain('Change one number')
    await context.close()
  })
})
