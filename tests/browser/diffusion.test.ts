import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, serve, stopServing, untilGeneration, violations, type BrowserOptions } from './harness.ts'

let url = ''
beforeAll(async () => {
  url = await serve()
})
afterAll(stopServing)

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } } as const

const arena = (page: Page) => page.getByRole('combobox', { name: 'Arena', exact: true })
const front = (page: Page) => page.getByRole('slider', { name: /^The front/ })
const stage = (page: Page) => page.getByTestId('diffusion-stage')

/** The page in the diffusion arena, at rest after some generations. */
async function openArena(options: BrowserOptions = {}, generations = 1) {
  const opened = await openBrowser(options)
  await opened.page.goto(url)
  await opened.page.getByTestId('generation').waitFor()
  await arena(opened.page).selectOption('diffusion-cache')
  await stage(opened.page).waitFor()
  await untilGeneration(opened.page, generations)
  await opened.page.getByRole('button', { name: 'Pause', exact: true }).click()
  await opened.page.locator('[data-state="paused"]').waitFor()
  return opened
}

/** Until pictures of what is shown are there. */
const untilMade = (page: Page) =>
  expect.poll(() => stage(page).getAttribute('data-busy'), { timeout: 60_000 }).toBe('false')

/** Of one picture, as it is drawn now. */
const pixelsOf = (page: Page, index: number) =>
  stage(page)
    .locator('canvas')
    .nth(index)
    .evaluate((canvas: HTMLCanvasElement) =>
      Array.from(canvas.getContext('2d')?.getImageData(0, 0, 20, 20).data ?? []).join(' '),
    )

describe('the diffusion arena', () => {
  it('[P50] [P51] is chosen in the top bar, brings its words, and is come back to', async () => {
    const { page, context, errors } = await openBrowser()
    await page.goto(url)
    await untilGeneration(page, 1)
    const first = page.url()
    await arena(page).selectOption('diffusion-cache')
    await stage(page).waitFor()
    expect(page.url()).not.toBe(first)
    await page.getByRole('region', { name: 'Pictures', exact: true }).waitFor()
    // Its genomes do not meet each other.
    expect(await page.getByRole('button', { name: /^Islands/ }).count()).toBe(0)
    await page.getByRole('button', { name: /^Models/ }).waitFor()
    await page.getByRole('button', { name: 'Keys and help' }).click()
    await page.getByRole('heading', { name: 'Schedules' }).waitFor()
    expect(await page.getByText(/warrior/i).count()).toBe(0)
    await page.keyboard.press('Escape')
    await untilGeneration(page, 1)
    const title = await page.title()
    const link = page.url()
    await arena(page).selectOption('core-war')
    await page.getByRole('region', { name: 'Battle', exact: true }).waitFor()
    await page.getByTestId('cycle').waitFor()
    for (const name of [/^Models/, /^Islands/]) await page.getByRole('button', { name }).waitFor()
    await arena(page).selectOption('diffusion-cache')
    await stage(page).waitFor()
    await expect.poll(() => page.title()).toBe(title)
    expect(page.url()).toBe(link)
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P52] [P53] [P54] [P60] [P75] a point of the front is chosen by arrow keys and by a click, and its pictures appear', async () => {
    const { page, context, errors } = await openArena()
    await front(page).focus()
    await page.keyboard.press('Home')
    const cheapest = await front(page).getAttribute('aria-valuetext')
    await untilMade(page)
    const name = await page.getByTestId('shown-name').textContent()
    expect(await page.getByTestId('painter').textContent()).toMatch(/^\s*Painted by WebAssembly on the CPU\. .*WebGPU/)
    // Each beside its uncached twin, which is another picture.
    expect(await stage(page).locator('canvas').count()).toBe(32)
    expect(await pixelsOf(page, 0)).not.toBe(await pixelsOf(page, 1))
    const before = await pixelsOf(page, 0)
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight')
    expect(await front(page).getAttribute('aria-valuetext')).not.toBe(cheapest)
    await expect.poll(() => page.getByTestId('shown-name').textContent()).not.toBe(name)
    await untilMade(page)
    expect(await pixelsOf(page, 0)).not.toBe(before)
    expect(await page.getByTestId('error').textContent()).toMatch(/0\.0\d+/)
    // Played and scrubbed: what is seen after the first step is another picture than the last.
    const last = await pixelsOf(page, 0)
    await page.getByRole('slider', { name: 'Denoising step' }).fill('0')
    await expect.poll(() => page.getByTestId('denoising-step').textContent()).toBe('step 00 of 11')
    expect(await pixelsOf(page, 0)).not.toBe(last)
    await page.getByRole('button', { name: 'Play the denoising' }).click()
    await expect.poll(() => page.getByTestId('denoising-step').textContent()).toBe('step 11 of 11')
    expect(await pixelsOf(page, 0)).toBe(last)
    // By pointer: the dearest of the front is at the right, where everything is computed.
    const valuetext = await front(page).getAttribute('aria-valuetext')
    const box = await page.locator('.plot circle.best').last().boundingBox()
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2)
    await expect.poll(() => front(page).getAttribute('aria-valuetext')).not.toBe(valuetext)
    for (const curve of ['FORA', 'TGATE', 'fewer steps'])
      await page.locator('.legend li').filter({ hasText: curve }).first().waitFor({ timeout: 120_000 })
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P55] [P63] a cell is edited by pointer and keyboard: cost and pictures follow, and undo goes back', async () => {
    const { page, context, errors } = await openArena()
    await front(page).focus()
    await page.keyboard.press('Home')
    await untilMade(page)
    const cost = () => page.getByTestId('cost').textContent()
    const elite = await cost()
    const pictures = await pixelsOf(page, 0)
    await page.getByRole('button', { name: /^Step 6: .* Switch the whole step/ }).click()
    await expect.poll(cost).not.toBe(elite)
    await page.getByTestId('edited').waitFor()
    await untilMade(page)
    await expect.poll(() => pixelsOf(page, 0)).not.toBe(pictures)
    const edited = await cost()
    await page.keyboard.press('ArrowRight')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-gene'))).toBe('6-0-0')
    await page.keyboard.press('Enter')
    await expect.poll(cost).not.toBe(edited)
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(cost).toBe(edited)
    await page.getByRole('button', { name: 'Back to the elite' }).click()
    await expect.poll(cost).toBe(elite)
    expect(await page.getByTestId('edited').count()).toBe(0)
    // Another elite that is chosen takes its place; undoing brings the edits back.
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(cost).toBe(edited)
    await front(page).focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.getByTestId('edited').count()).toBe(0)
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(cost).toBe(edited)
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P58] a typed caption makes sixteen pictures of itself; nonsense is told and changes nothing', async () => {
    const { page, context, errors } = await openArena()
    await untilMade(page)
    const caption = page.getByLabel('Caption', { exact: true })
    const before = await pixelsOf(page, 0)
    await caption.fill('seven grey penguins')
    await caption.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'is not known' }).waitFor()
    expect(await pixelsOf(page, 0)).toBe(before)
    await caption.fill('a small red circle left of a big blue square '.repeat(300))
    await caption.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'at most' }).waitFor()
    await caption.fill('a small red circle left of a big blue square')
    await caption.press('Enter')
    await page.getByText('Sixteen noises, one caption').waitFor()
    await untilMade(page)
    await expect
      .poll(() =>
        page.getByRole('button', { name: /^Picture \d+: a small red circle left of a big blue square/ }).count(),
      )
      .toBe(16)
    await expect.poll(() => pixelsOf(page, 0)).not.toBe(before)
    await page.getByRole('button', { name: 'The sixteen again' }).click()
    await untilMade(page)
    await expect.poll(() => pixelsOf(page, 0)).toBe(before)
    expect(errors).toEqual([])
    await context.close()
  })

  it("[P56] [P57] schedules are saved and loaded, ECAD's too; what is none is told", async () => {
    const { page, context, errors } = await openArena()
    await front(page).focus()
    await page.keyboard.press('Home')
    await untilMade(page)
    const cost = () => page.getByTestId('cost').textContent()
    const load = page.getByLabel('Load a schedule')
    const give = (name: string, text: string) =>
      load.setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) })
    const own = await cost()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save it' }).click(),
    ])
    const saved = readFileSync(await file.path(), 'utf8')
    const block = { attn1: true, attn2: true, ff: true }
    const blocks = Object.fromEntries(Array.from({ length: 28 }, (_, at) => [at, block]))
    const schedule = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [String(at).padStart(3, '0'), blocks]))
    await give('ecad.json', JSON.stringify({ cache_schedule: { name: 'default', schedule } }))
    await page.getByText('It was made for 20 steps and 28 blocks; this model has 12 and 6').waitFor()
    await expect.poll(cost).toMatch(/^100 %/)
    await give('own.json', saved)
    await expect.poll(cost).toBe(own)
    for (const [name, text, sentence] of [
      ['cut.json', saved.slice(0, 40), 'is no JSON'],
      ['other.json', '{"hello": 1}', 'holds no schedule'],
      ['flux.json', '{"cache_schedule":{"schedule":{"000":{"0":{"full_attn":true}}}}}', "only PixArt's components"],
    ] as const) {
      await give(name, text)
      await page.getByRole('alert').filter({ hasText: sentence }).waitFor()
      expect(await cost()).toBe(own)
    }
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P61] [P62] a population is a table and CSV too, and its timeline is what it dominates', async () => {
    const { page, context, errors } = await openArena()
    await page.getByText('Dominated').first().waitFor()
    const archive = page.getByRole('region', { name: /^Archive/ })
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      archive.getByRole('button', { name: 'CSV', exact: true }).click(),
    ])
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(lines[0]).toContain('on the front')
    expect(lines.slice(1).some((line) => line.includes(',yes,'))).toBe(true)
    await archive.getByRole('button', { name: 'Table' }).click()
    const rows = archive.getByRole('row')
    expect(await rows.count()).toBe(lines.length)
    await rows.nth(2).getByRole('button', { name: 'Look' }).click()
    await page.getByRole('button', { name: 'Follow the best' }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P59] [P75] the front is checked on unseen pictures by one press, and the check can be stopped', async () => {
    const { page, context, errors } = await openArena({ gpu: true }, 1)
    await untilMade(page)
    expect(await page.getByTestId('painter').textContent()).toMatch(/^\s*Painted by WebAssembly on the CPU\. Only a software GPU here/) // prettier-ignore
    await page.getByRole('button', { name: 'Check on unseen' }).click()
    await page.getByRole('progressbar', { name: 'Checking on unseen pictures' }).waitFor()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByRole('button', { name: 'Check on unseen' }).waitFor()
    expect(await page.getByRole('region', { name: 'Scores on unseen pictures' }).count()).toBe(0)
    expect(errors).toEqual([])
    await context.close()
  })

  it.each([
    ['dark', 'desktop'],
    ['light', 'phone'],
  ] as const)('[P60] is accessible and does not scroll sideways: %s, %s', async (colorScheme, size) => {
    const { page, context, errors } = await openArena({ viewport: SIZES[size], colorScheme })
    const narrow = async (what: string) =>
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        what,
      ).toBeLessThanOrEqual(0)
    for (const tab of size === 'phone' ? ['Archive', 'Schedule', 'Settings', 'Pictures'] : ['']) {
      if (tab !== '') await page.getByRole('tab', { name: tab }).click()
      if (tab === 'Archive' || tab === '') {
        await front(page).focus()
        await page.keyboard.press('Home')
        const archive = page.getByRole('region', { name: /^Archive/ })
        await archive.getByRole('button', { name: 'Table' }).click()
        expect(await violations(page), 'table').toEqual([])
        await archive.getByRole('button', { name: 'Plot' }).click()
      }
      if (tab === 'Pictures' || tab === '') {
        await untilMade(page)
        await page.getByRole('button', { name: /^Step 5: .* Switch the whole step/ }).click()
        await page.getByLabel('Caption', { exact: true }).fill('a cat')
        await page.getByLabel('Caption', { exact: true }).press('Enter')
        await page.getByRole('alert').waitFor()
      }
      expect(await violations(page), tab).toEqual([])
      await narrow(tab)
    }
    expect(errors).toEqual([])
    await context.close()
  })
})
