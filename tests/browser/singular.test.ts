import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, serve, stopServing, untilGeneration, violations, type BrowserOptions } from './harness.ts'

let url = ''
beforeAll(async () => {
  url = await serve()
})
afterAll(stopServing)

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } } as const
const PATIENCE = { timeout: 60_000 }

const stage = (page: Page) => page.getByTestId('singular-stage')
const held = async (page: Page) =>
  Number((await page.getByTestId('held').textContent())?.replace(/[^0-9.]/g, '') || NaN)
const pause = async (page: Page) => {
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.locator('[data-state="paused"]').waitFor()
}

/** The page in the arena, at rest after some generations on the clothes. */
async function openArena(options: BrowserOptions = {}, generations = 10) {
  const opened = await openBrowser(options)
  const { page } = opened
  await page.goto(url)
  await page.getByTestId('generation').waitFor()
  await page.getByRole('combobox', { name: 'Arena', exact: true }).selectOption('singular-values')
  await stage(page).waitFor()
  await untilGeneration(page, generations)
  await pause(page)
  return opened
}

describe('the singular-values arena', () => {
  it('[P64] [P65] [P66] shows what moves, what stays and what comes of it; answers, and measures', async () => {
    const { page, context, errors } = await openArena()
    expect(await page.getByTestId('genes').textContent()).toBe('10')
    await expect.poll(() => page.getByTestId('figures').textContent(), PATIENCE).toContain('of 1,960')
    await expect.poll(() => held(page), PATIENCE).toBeGreaterThan(86)
    expect(await page.getByTestId('figures').textContent()).toContain('was 81.3 %')
    expect(await page.getByTestId('figures').textContent()).toContain('0 backward')
    // The curve: from the trained adapter to the mean of now.
    const label = () => page.getByTestId('rewards').getAttribute('aria-label')
    await expect.poll(label, PATIENCE).toMatch(/mean, held out (8[6-9]|9\d)/)
    expect(await label()).toMatch(/gradient on the same values, held out \(recorded/)
    expect(await page.getByTestId('spectra').getByRole('img').getAttribute('aria-label')).toMatch(
      /^The change, layer 1\. Values: .+ to .+/,
    )
    const answers = page.getByTestId('answers').getByRole('row')
    await expect.poll(() => answers.count(), PATIENCE).toBe(9)
    await page.getByLabel('A picture, by number').fill('1234')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect.poll(() => answers.count(), PATIENCE).toBe(2)
    expect(await answers.last().textContent()).toContain('No. 1234')
    await page.getByLabel('A picture, by number').fill('shoe')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await page.getByText(/"shoe" is no picture's number: there are 2000, from 1 on/).waitFor()
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    const precisions = page.getByTestId('precisions').getByRole('row')
    await expect.poll(() => precisions.count(), PATIENCE).toBe(5)
    expect(await precisions.last().textContent()).toMatch(/4-bit whole numbers *(8[4-9]|9\d)/)
    await page.getByRole('button', { name: 'Measure', exact: true }).click()
    await expect.poll(() => page.getByTestId('costs').getByRole('row').count(), PATIENCE).toBe(3)
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P67] a chosen elite is shown instead of the mean; a reload keeps the run and its way', async () => {
    const { page, context } = await openArena()
    await expect.poll(() => page.getByTestId('shown-name').textContent()).toBe('Mean')
    await page.getByRole('gridcell').filter({ hasText: /\d/ }).last().click()
    await expect.poll(() => page.getByTestId('shown-name').textContent()).not.toBe('Mean')
    expect(await page.getByTestId('shown-name').textContent()).toBe(await page.getByTestId('elite-name').textContent())
    await page.getByRole('button', { name: 'Follow the best', exact: true }).click()
    await expect.poll(() => page.getByTestId('shown-name').textContent()).toBe('Mean')
    const curve = await page.getByTestId('rewards').locator('path.reward').getAttribute('d')
    const hash = await page.locator('main').getAttribute('data-archive-hash')
    await page.reload()
    await stage(page).waitFor()
    await expect.poll(() => page.locator('main').getAttribute('data-archive-hash')).toBe(hash)
    expect(await page.getByTestId('rewards').locator('path.reward').getAttribute('d')).toBe(curve)
    await context.close()
  })

  it('[P69] without training before, nothing is ever right', async () => {
    const { page, context, errors } = await openArena()
    await page.getByLabel('Training before').selectOption('none')
    await page.getByRole('button', { name: 'Start new run' }).click()
    await expect.poll(() => page.getByTestId('figures').textContent(), PATIENCE).toContain('was 0.00 %')
    const run = page.getByRole('button', { name: 'Run', exact: true })
    if ((await run.count()) > 0) await run.click()
    await untilGeneration(page, 20)
    await expect.poll(() => held(page), PATIENCE).toBe(0)
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P76] all weights are moved, and it shows how far each matrix went; a reload goes on with it', async () => {
    const { page, context, errors } = await openArena({}, 2)
    // The smallest model: what is set here is everything but the picture of it.
    await page.getByLabel('What is moved').selectOption('weights')
    await page.getByLabel('Strategy').selectOption('eggroll')
    await page.getByRole('button', { name: 'Start new run' }).click()
    await expect
      .poll(() => page.getByTestId('figures').textContent(), PATIENCE)
      .toContain('1,960 all weights, along 1,024')
    const run = page.getByRole('button', { name: 'Run', exact: true })
    if ((await run.count()) > 0) await run.click()
    await untilGeneration(page, 5)
    await pause(page)
    const moved = page.getByTestId('moved').getByRole('listitem')
    await expect.poll(() => moved.count(), PATIENCE).toBe(1)
    await expect.poll(() => moved.first().textContent(), PATIENCE).toMatch(/The matrix +[1-9][\d.]* %/)
    expect(await page.getByTestId('spectra').count()).toBe(0)
    expect(await violations(page)).toEqual([])
    const hash = await page.locator('main').getAttribute('data-archive-hash')
    await page.reload()
    await stage(page).waitFor()
    await expect.poll(() => page.locator('main').getAttribute('data-archive-hash')).toBe(hash)
    await expect.poll(() => held(page), PATIENCE).toBeGreaterThan(70)
    expect(errors).toEqual([])
    await context.close()
  })

  it.each([
    ['dark', 'desktop'],
    ['light', 'phone'],
  ] as const)('[P68] is accessible and does not scroll sideways: %s, %s', async (colorScheme, size) => {
    const { page, context } = await openArena({ viewport: SIZES[size], colorScheme }, 3)
    const tabs = size === 'phone' ? await page.getByRole('tab').all() : [null]
    for (const tab of tabs) {
      await tab?.click()
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    }
    await context.close()
  })
})
