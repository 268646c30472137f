/** Runs in rounds as a person sees them: the Red Queen in the smallest world, with few children. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Arena } from '../../src/core/contracts.ts'
import { settingsIn } from '../../src/core/settings.ts'
import coreWarArena from '../../src/arenas/core-war/index.ts'
import { settingsToHash } from '../../src/share/url.ts'
import { newProfile, openBrowser, serve, stopServing, violations } from './harness.ts'

const coreWar = coreWarArena as Arena
let url = ''
beforeAll(async () => {
  url = await serve()
})
afterAll(stopServing)

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } } as const

/** A link to a short run. */
function short(change: object = {}): string {
  const preset = coreWar.presets.find(({ id }) => id === 'queen-nano')
  if (preset === undefined) throw new Error('no preset queen-nano')
  const settings = settingsIn(coreWar, preset)
  const tactics = { ...settings.tactics, rounds: 4, iterations: 192, ...change }
  return url + settingsToHash({ ...settings, tactics }, { ...coreWar, operators: [], strategies: [] })
}

const worlds = (page: Page) => page.getByRole('combobox', { name: /^World/ })
const inspector = (page: Page) => page.locator('.inspector')
const stage = (page: Page) => page.locator('#stage')
const over = (page: Page) => page.getByText('All 4 rounds are over').first().waitFor({ timeout: 120_000 })
const column = (page: Page, round: number) => page.getByRole('button', { name: new RegExp(`^Round ${round}: .*strangers`) }) // prettier-ignore
const champion = (page: Page, round: number) => page.getByRole('heading', { name: new RegExp(`^Champion of round ${round} `) }) // prettier-ignore

describe('runs in rounds', () => {
  it('[P30] [P31] [P32] [P34] [P39] are chosen, watched, opened round by round, and there after a reload', async () => {
    const profile = newProfile()
    const { page, context, errors } = await openBrowser({ profile })
    await page.goto(url)
    await worlds(page).selectOption({ label: 'Red Queen, quick (nano)' })
    await page.getByText(/^Round \d+ of 10, [\d,]+ of 1,600 children$/).first().waitFor() // prettier-ignore
    await column(page, 2).waitFor({ timeout: 120_000 })
    // Before the next step: a shorter one, to its end.
    await page.goto('about:blank')
    await page.goto(short())
    await over(page)
    await page.getByTestId('finished').getByText(/^Finished: all 4 rounds are over/).waitFor() // prettier-ignore
    expect(await page.getByTestId('archive-round').textContent()).toContain('All 4 rounds are over')
    expect(await page.getByTestId('asked').textContent()).toContain('asked 4 times')

    // A round, with what changed in it and whom it beats.
    await column(page, 3).click()
    await champion(page, 3).waitFor()
    await page.getByText('Round 3, as it was').waitFor()
    const name = (await page.getByTestId('elite-name').textContent()) ?? ''
    const best = await page.locator('[role="gridcell"][aria-label*="best"]').count()
    expect(best).toBeLessThanOrEqual(1)
    await page.getByText(/lines? new or changed since .*, \d+ gone/).waitFor()
    expect(await inspector(page).getByLabel('Source').first().textContent()).toMatch(/ORG\s+\d+/)
    const held = inspector(page).getByRole('row', { name: /^Held/ })
    expect(await held.count()).toBe(1)
    expect(await inspector(page).getByRole('region', { name: 'Champions against each other' }).getByRole('row').count()).toBe(5) // prettier-ignore
    expect(
      await inspector(page)
        .getByText(/Who beats whom in duels/)
        .count(),
    ).toBe(1)

    // It fights on the stage, against those of its round.
    const against = inspector(page).getByRole('combobox', { name: /^Against/ })
    const rivals = await against.locator('option').allTextContents()
    expect(rivals).toHaveLength(3)
    expect(rivals[0]).toBe('Imp')
    await against.selectOption({ index: 1 })
    await inspector(page).getByRole('button', { name: 'Watch its battle' }).click()
    await expect.poll(() => stage(page).getByLabel('Against').inputValue()).toBe(rivals[1])
    await page.locator('.stage .who').first().getByText(name).waitFor()
    expect(rivals[1]).toMatch(/^round 1: /)

    // Everything away: tables, champions.
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV of all rounds' }).click(),
    ])
    const rows = readFileSync(await csv.path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(rows).toHaveLength(5)
    expect(rows[3]).toContain(name)
    const [red] = await Promise.all([
      page.waitForEvent('download'),
      inspector(page).getByRole('button', { name: 'Save .red' }).click(),
    ])
    expect(red.suggestedFilename()).toMatch(/^round-3-.*\.red$/)
    expect(readFileSync(await red.path(), 'utf8')).toContain('champion of round 3')

    // Curves over generations mark where rounds begin, and say why the best falls.
    await page.getByRole('button', { name: 'Generations' }).click()
    await page.getByText(/A round begins: .* so the best falls here/).waitFor()
    expect(await page.locator('.timeline line.opening').count()).toBeGreaterThanOrEqual(3)
    await page.getByRole('button', { name: 'Rounds', exact: true }).click()

    await page.getByRole('button', { name: 'Back to now' }).click()
    await expect.poll(() => champion(page, 3).count()).toBe(0)
    const table = async () => {
      await page.getByLabel('Rounds', { exact: true }).getByRole('button', { name: 'Table' }).click()
      return page.getByRole('region', { name: 'All rounds in numbers' }).getByRole('row').allTextContents()
    }
    const before = await table()
    expect(before).toHaveLength(5)
    await page.reload()
    await over(page)
    expect(await table()).toEqual(before)
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P31] [P32] [P36] are gone through by keyboard alone, and guarded numbers hide the others', async () => {
    const { page, context } = await openBrowser()
    await page.goto(short())
    await over(page)
    await column(page, 4).focus()
    await page.keyboard.press('Enter')
    await champion(page, 4).waitFor()
    await page.keyboard.press('ArrowLeft')
    await champion(page, 3).waitFor()
    await page.keyboard.press('Home')
    await champion(page, 1).waitFor()
    await page.keyboard.press('ArrowLeft')
    expect(await champion(page, 1).count()).toBe(1)
    await page.keyboard.press('End')
    await champion(page, 4).waitFor()
    // From the column on to the switch.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.getByText(/such answers left/).waitFor()
    expect(await page.locator('[data-round="3"]').getAttribute('aria-label')).not.toContain('points')
    await inspector(page).getByText('guarded', { exact: true }).waitFor()
    expect(await page.getByText(/^Change from champion/).count()).toBe(0)
    await page.keyboard.press('Space')
    await page.getByText(/was asked 4 times/).waitFor()
    await inspector(page)
      .getByRole('combobox', { name: /^Against/ })
      .focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => stage(page).getByLabel('Against').inputValue()).toMatch(/^round 3: /)
    // Back to the best of now.
    await page.keyboard.press('b')
    await expect.poll(() => champion(page, 4).count()).toBe(0)
    await context.close()
  })

  it.each([
    ['dark', 'desktop'],
    ['light', 'phone'],
  ] as const)('[P33] are accessible and do not scroll sideways: %s, %s', async (colorScheme, size) => {
    const { page, context, errors } = await openBrowser({ viewport: SIZES[size], colorScheme })
    await page.goto(short())
    await over(page)
    await column(page, 2).click()
    const clean = async (part: string) => {
      expect(await violations(page), part).toEqual([])
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(wide, part).toBeLessThanOrEqual(0)
    }
    const tabs = size === 'phone' ? ['Battle', 'Archive', 'Warrior', 'Settings'] : ['']
    for (const tab of tabs) {
      if (tab !== '') await page.getByRole('tab', { name: tab }).click()
      if (tab === 'Warrior' || tab === '') {
        await champion(page, 2).waitFor()
        const panel = page.locator('.inspector section')
        expect(await panel.evaluate((one) => one.scrollWidth - one.clientWidth), tab).toBeLessThanOrEqual(0)
        for (const fold of ['Against each of them', /^The champion before, /]) await page.getByText(fold).click()
      }
      await clean(tab)
    }
    await page.getByLabel('Thresholdout').check()
    await clean('guarded')
    await page.getByLabel('Rounds', { exact: true }).getByRole('button', { name: 'Table' }).click()
    await clean('table')
    await page.getByRole('button', { name: 'Generations' }).click()
    await clean('generations')
    expect(errors).toEqual([])
    await context.close()
  })

  it('[P38] worlds are grouped, and another strategy brings its own settings', async () => {
    const { page, context } = await openBrowser()
    await page.goto(short())
    await over(page)
    const groups = worlds(page).locator('optgroup')
    expect(await groups.evaluateAll((all) => all.map((one) => (one as HTMLOptGroupElement).label))).toEqual(['Worlds', 'Red Queen']) // prettier-ignore
    expect(await page.getByLabel('Rounds of the Red Queen').inputValue()).toBe('4')
    await page.getByLabel('Strategy').selectOption('map-elites')
    expect(await page.getByLabel('Rounds of the Red Queen').count()).toBe(0)
    await page.getByLabel('Strategy').selectOption('red-queen')
    // Those of the world, not those of the run that was left.
    expect(await page.getByLabel('Rounds of the Red Queen').inputValue()).toBe('10')
    await page.getByLabel('Strategy').selectOption('map-elites')
    await page.getByRole('button', { name: 'Start new run' }).click()
    await expect.poll(() => page.getByTestId('round-progress').count()).toBe(0)
    await page.getByRole('heading', { name: 'Timeline' }).waitFor()
    await context.close()
  })
})
