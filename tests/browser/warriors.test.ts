/** Writing warriors as a person sees it: a short run, what it writes, and the saved model at work in Core War. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import arenaOf from '../../src/arenas/singular-values/index.ts'
import type { Arena } from '../../src/core/contracts.ts'
import { settingsIn } from '../../src/core/settings.ts'
import { settingsToHash } from '../../src/share/url.ts'
import { openBrowser, serve, stopServing, untilGeneration, violations } from './harness.ts'

const arena = arenaOf as Arena
let url = ''
beforeAll(async () => {
  url = await serve()
})
afterAll(stopServing)

/** A link to a small run. */
function small(population = 4, evaluations = 9, engine = ''): string {
  const preset = arena.presets.find(({ id }) => id === 'warriors')
  if (preset === undefined) throw new Error('no preset warriors')
  const settings = settingsIn(arena, preset)
  return url + engine + settingsToHash({ ...settings, population, evaluations, options: { ...settings.options, batch: 8 } }, { ...arena, operators: [], strategies: [] }) // prettier-ignore
}

describe('writing warriors', () => {
  it('[F14] [F15] is judged by another arena, shows warriors before and now, and the saved model writes in Core War', async () => {
    const { page, context, errors } = await openBrowser()
    await page.goto(small())
    await untilGeneration(page, 2)
    await page.locator('[data-state="finished"]').waitFor({ timeout: 120_000 })
    const written = page.getByTestId('written')
    await expect.poll(() => written.locator('pre').count(), { timeout: 60_000 }).toBe(8)
    expect(await written.locator('pre').first().textContent()).toMatch(/ORG\s+\d/)
    await expect.poll(() => page.getByTestId('held').textContent(), { timeout: 60_000 }).toMatch(/^\d+ points$/)
    const before = await written.locator('pre').first().textContent()
    await written.getByRole('button', { name: 'Others' }).click()
    await expect.poll(() => written.locator('pre').first().textContent(), { timeout: 60_000 }).not.toBe(before)
    expect(await violations(page, '[data-testid="written"]')).toEqual([])
    await page.getByTestId('singular-stage').getByRole('button', { name: 'Compare', exact: true }).click()
    await expect
      .poll(() => page.getByTestId('controls').getByRole('row').count(), { timeout: 120_000 })
      .toBeGreaterThan(8)
    expect(await page.getByTestId('controls-verdict').textContent()).toMatch(
      /\d+ points at token distance 0\.\d\d; lower temperatures alone give \d+/,
    )
    expect(await violations(page, '[data-testid="singular-stage"]')).toEqual([])
    // On a phone no line of a warrior is cut off.
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await written.locator('pre').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length)).toBe(0) // prettier-ignore
    expect(await violations(page, '[data-testid="singular-stage"]')).toEqual([])
    await page.setViewportSize({ width: 1440, height: 900 })
    const download = page.waitForEvent('download')
    await written.getByRole('button', { name: 'Save this model' }).click()
    const file = await (await download).path()

    await page.getByRole('combobox', { name: 'Arena', exact: true }).selectOption('core-war')
    await page.getByRole('region', { name: 'Battle', exact: true }).waitFor()
    await page.getByRole('combobox', { name: 'World', exact: true }).selectOption('nano')
    await expect.poll(() => page.title()).toContain('Nano')
    await page.keyboard.press('m')
    const panel = page.getByRole('complementary', { name: 'Language models' })
    await panel.locator('summary', { hasText: 'Our own' }).click()
    const bytes = await import('node:fs').then(({ readFileSync }) => readFileSync(file))
    await panel.getByLabel('Choose a saved model').setInputFiles({ name: 'my-redcode-writer.safetensors', mimeType: 'application/octet-stream', buffer: bytes }) // prettier-ignore
    await panel.getByTestId('model-state').getByText(/Ready|Writing/).first().waitFor({ timeout: 60_000 }) // prettier-ignore
    await panel.getByText('my-redcode-writer').first().waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('[F32] lanes write and the GPU fights where it is chosen, and the run is the same as without', async () => {
    const hashes: (string | null)[] = []
    for (const engine of ['cpu', 'gpu']) {
      const { page, context, errors } = await openBrowser({ gpu: engine === 'gpu' })
      await page.goto(small(2, 3, `?engine=${engine}`))
      await page.locator('[data-state="finished"]').waitFor({ timeout: 170_000 })
      hashes.push(await page.locator('main').getAttribute('data-archive-hash'))
      expect(await page.getByTestId('engine').textContent()).toMatch(
        engine === 'gpu' ? /^GPU: .+, judged on / : /CPU lane/,
      )
      expect(errors).toEqual([])
      await context.close()
    }
    expect(hashes[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(hashes[1]).toBe(hashes[0])
  })
})
