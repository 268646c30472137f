import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startHub, type Hub } from '../../src/cli/hub/start.ts'
import { pictureOf, readIsland } from '../support/exported-islands.ts'
import { openBrowser, serve, stopServing, untilGeneration, violations } from './harness.ts'

let url = ''
beforeAll(async () => {
  url = await serve()
})
afterAll(stopServing)

let hub: Hub | null = null
let headless: ChildProcess | null = null
afterEach(async () => {
  headless?.kill('SIGKILL')
  await hub?.close()
  headless = hub = null
})

async function startOn(port: number): Promise<Hub> {
  const started = await startHub({ port, host: '127.0.0.1', folder: 'dist' })
  if (!started.ok) throw new Error(started.fault.message)
  return (hub = started.value)
}

const WORLD = { rounds: 2 }

/** Rounds without end, of few children. */
function link(page: string, seed: number): string {
  const settings = {
    arena: 'core-war', preset: 'queen-nano', strategy: 'red-queen', seed, population: 16, evaluations: 0, options: WORLD, operators: {},
    tactics: { rounds: 0, iterations: 48, fresh: 16, remembered: 6, guests: 6 },
  } // prettier-ignore
  return `${page}#v1=${Buffer.from(JSON.stringify(settings)).toString('base64url')}`
}

const sheet = (page: Page) => page.getByRole('complementary', { name: 'Islands' })
const island = (page: Page) => page.getByTestId('island')
const number = async (page: Page, id: string) => Number((await page.getByTestId(id).textContent())?.replace(/\D/g, ''))
const stateOf = (page: Page, peer: string) => page.locator(`[data-peer="${peer}"]`).getAttribute('data-state')
const pictureIn = (page: Page) => island(page).getAttribute('data-picture')

async function openAt(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await untilGeneration(page, 1)
  // Quick rounds at full speed would be more mail than islands listen to.
  await page.getByLabel('Speed: generations').selectOption('4 a second')
  await page.keyboard.press('i')
}

async function enter(page: Page, room: string, name: string): Promise<void> {
  await sheet(page).getByLabel('Room', { exact: true }).fill(room)
  await sheet(page).getByLabel('Name of this island, if you like').fill(name)
  await sheet(page).getByRole('button', { name: 'Join', exact: true }).click()
  await island(page).waitFor()
}

/** And looks at the islands again. */
async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.locator('main[data-state="paused"]').waitFor()
  await page.keyboard.press('i')
  await island(page).waitFor()
}

async function saved(page: Page): Promise<string> {
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
  const runs = page.getByRole('complementary', { name: 'Runs kept in this browser' })
  const open = runs.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Open', exact: true }) })
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    open.getByRole('button', { name: 'Save .evo' }).click(),
  ])
  return file.path()
}

function startHeadless(address: string, folder: string): { readonly child: ChildProcess; readonly said: () => string } {
  const child = spawn(
    'node',
    [
      '--import', 'tsx', 'src/cli/island.ts', '--hub', address, '--room', 'lab', '--island', 'rack', '--seed', '3', '--lanes', '1', '--out', folder,
      '--population', '256', '--set', `rounds=${WORLD.rounds}`, '--tactic', 'iterations=8192', '--tactic', 'remembered=6', '--tactic', 'guests=6',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  ) // prettier-ignore
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()))
  headless = child
  return { child, said: () => text }
}

describe('islands at a hub', () => {
  it(
    '[I30] [I31] [I32] [I33] [I34] two tabs and one without a page: champions cross, a killed tab is noticed and comes back, a partition heals, and all have the join of all archives',
    { timeout: 400_000 },
    async () => {
      const { url: address, port } = await startOn(0)
      const folder = mkdtempSync(join(tmpdir(), 'islands-'))
      const { child, said } = startHeadless(address, join(folder, 'rack'))
      const { page: one, context, errors } = await openBrowser()
      await openAt(one, link(address, 1))
      // A hub's page offers the hub.
      await expect.poll(() => sheet(one).getByLabel('Address of the hub').inputValue()).toBe(new URL(address).origin)
      await enter(one, 'lab', 'ada')
      let two = await context.newPage()
      await openAt(two, link(address, 2))
      await expect.poll(() => sheet(two).getByLabel('Address of the hub').count()).toBe(1)
      await enter(two, 'lab', 'bea')

      // Both ways among three.
      for (const page of [one, two]) {
        await expect.poll(() => number(page, 'peers-here'), { timeout: 60_000 }).toBe(2)
        await expect.poll(() => number(page, 'received'), { timeout: 60_000 }).toBeGreaterThan(1)
      }
      await expect.poll(() => sheet(one).locator('.maps figure').count()).toBe(5)

      // Killed: no goodbye.
      await two.close()
      await expect.poll(() => stateOf(one, 'bea')).toBe('gone')
      await expect.poll(said).toMatch(/there: ada\./)

      // It comes back by one press, as whom it was.
      two = await context.newPage()
      await openAt(two, address)
      await two.getByText('This run was in room "lab"').waitFor()
      await two.getByRole('button', { name: 'Join it again' }).click()
      await expect.poll(() => island(two).getAttribute('data-island')).toBe('bea')
      await expect.poll(() => stateOf(one, 'bea')).toBe('here')

      // Cut off from each other: all go on.
      await hub?.close()
      for (const page of [one, two]) await expect.poll(() => island(page).getAttribute('data-state')).toBe('apart')
      const before = await number(one, 'sent')
      await expect.poll(() => number(one, 'sent')).toBeGreaterThan(before + 1)
      const received = await Promise.all([one, two].map((page) => number(page, 'received')))
      await startOn(port)
      for (const [at, page] of [one, two].entries()) {
        await expect.poll(() => island(page).getAttribute('data-state'), { timeout: 60_000 }).toBe('joined')
        await expect.poll(() => number(page, 'peers-here'), { timeout: 60_000 }).toBe(2)
        await expect.poll(() => number(page, 'received'), { timeout: 60_000 }).toBeGreaterThan((received[at] ?? 0) + 1)
      }

      // At rest all have the same picture, and it is the join of what each has.
      for (const page of [one, two]) await pause(page)
      await one.waitForTimeout(1500)
      const over = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await over
      const picture = /picture ([0-9a-f]+)/.exec(said())?.[1]
      expect(picture, said()).toBeDefined()
      for (const page of [one, two]) {
        await expect.poll(() => pictureIn(page)).toBe(picture)
        await expect.poll(() => stateOf(page, 'rack')).toBe('gone')
      }
      const exported = [
        await readIsland(await saved(one), 'ada'),
        await readIsland(await saved(two), 'bea'),
        await readIsland(join(folder, 'rack', 'run.evo'), 'rack'),
      ]
      expect(pictureOf(exported)).toBe(picture)
      expect(exported.map(({ guestsOf }) => [...guestsOf].sort())).toEqual([
        ['bea', 'rack'],
        ['ada', 'rack'],
        ['ada', 'bea'],
      ])
      expect(errors.filter((error) => !error.includes('WebSocket'))).toEqual([])
      await context.close()
    },
  )
})

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } } as const

describe('islands in tabs', () => {
  it('[P40] [P41] [P42] [P43] [P44] two tabs meet by an invitation that asks first, see each other, and come back by one press', async () => {
    const { page: one, context, errors, requests } = await openBrowser()
    await openAt(one, link(url, 1))
    await sheet(one).getByText("Sent after each round: the champion's source").waitFor()
    expect(await sheet(one).getByLabel('Tabs of this browser').isChecked()).toBe(true)
    await sheet(one).getByLabel('Room', { exact: true }).fill('No Room!')
    await sheet(one).getByRole('button', { name: 'Join', exact: true }).click()
    await sheet(one).getByText('A room is called by 1 to 32').waitFor()
    await enter(one, 'tabs', 'ada')
    const [two] = await Promise.all([
      context.waitForEvent('page'),
      sheet(one).getByRole('link', { name: 'Open it in a new tab' }).click(),
    ])
    // Nothing begins by itself: it looks at the other tab's run until it is answered.
    const question = two.getByTestId('invitation')
    await question.getByText('Join room "tabs" among the tabs of this browser?').waitFor()
    await two.getByText('Another tab is evolving this run').waitFor()
    expect(await number(one, 'peers-here')).toBe(0)
    await question.getByRole('button', { name: 'Join', exact: true }).click()
    await island(two).waitFor()
    await expect.poll(() => two.title()).not.toContain('seed 1 ')
    for (const page of [one, two]) await expect.poll(() => number(page, 'received'), { timeout: 60_000 }).toBeGreaterThan(0)
    expect(await two.getByTestId('eta').textContent()).toMatch(/%$/)

    // Side by side, as a table, and as a file.
    await expect.poll(() => one.getByRole('img', { name: /^Scores of / }).count()).toBe(2)
    await one.getByRole('img', { name: 'Which island has the best of each cell' }).waitFor()
    await sheet(one).getByRole('button', { name: 'Table of cells' }).click()
    await sheet(one).getByRole('region', { name: 'Cells of all islands' }).getByRole('columnheader', { name: 'A: ada' }).waitFor() // prettier-ignore
    const [file] = await Promise.all([one.waitForEvent('download'), sheet(one).getByRole('button', { name: 'CSV' }).click()]) // prettier-ignore
    expect(file.suggestedFilename()).toBe('islands-tabs.csv')

    // Each tab comes back to its own run, and its room is offered.
    const name = await island(two).getAttribute('data-island')
    await two.reload()
    await untilGeneration(two, 1)
    await two.keyboard.press('i')
    await two.getByRole('button', { name: 'Join it again' }).click()
    await expect.poll(() => island(two).getAttribute('data-island')).toBe(name)
    await expect.poll(() => number(two, 'peers-here')).toBe(1)
    await sheet(two).getByRole('button', { name: 'Leave the room' }).click()
    await expect.poll(() => stateOf(one, name ?? '')).toBe('gone')
    await two.getByRole('button', { name: 'Join', exact: true }).waitFor()
    expect(await two.getByRole('button', { name: 'Join it again' }).count()).toBe(0)
    expect(errors).toEqual([])
    expect(requests.filter((request) => !request.startsWith(url) && !/^(blob|data):/.test(request))).toEqual([])
    await context.close()
  }) // prettier-ignore

  it('[P43] an invitation that is declined leaves nothing behind', async () => {
    const { page, context } = await openBrowser()
    await page.goto(`${link(url, 5)}&room=tabs`)
    const question = page.getByTestId('invitation')
    await question.waitFor()
    await page.locator('main[data-state="paused"]').waitFor()
    await question.getByRole('button', { name: 'No, thanks' }).click()
    await untilGeneration(page, 1)
    expect(page.url()).not.toContain('room=')
    expect(await page.getByTestId('invitation').count()).toBe(0)
    expect(await page.title()).not.toContain('seed 5')
    await context.close()
  })

  it('[P45] a run that has no rounds is told so, and one press begins one that has', async () => {
    const { page, context } = await openBrowser()
    await page.goto(url)
    await untilGeneration(page, 1)
    await page.keyboard.press('i')
    await sheet(page).getByText('This run does not go in rounds').waitFor()
    await sheet(page)
      .getByRole('button', { name: /^Start a run in Red Queen/ })
      .click()
    await sheet(page).getByRole('button', { name: 'Join', exact: true }).waitFor()
    await context.close()
  })
})

const lab = (page: Page) => page.getByRole('complementary', { name: /^Experiment/ })

async function startExperiment(page: Page, seeds: number, children: number): Promise<void> {
  await page.keyboard.press('e')
  await lab(page).getByLabel('Seeds').fill(String(seeds))
  await lab(page).getByLabel('Rounds').fill('2')
  await lab(page).getByLabel('Children a round, of all islands').fill(String(children))
  await lab(page).getByRole('button', { name: 'Run the experiment' }).click()
}

const experimentIs = (page: Page, state: string) =>
  page.locator(`[data-testid="experiment"][data-state="${state}"]`).waitFor({ timeout: 120_000 })

describe('the experiment on the page', () => {
  it('[P47] one press runs it to its table; stopped it keeps what is done; models are minds too', async () => {
    const { page, context, errors } = await openBrowser()
    await page.goto(url)
    await untilGeneration(page, 1)
    await page.keyboard.press('Space')
    await startExperiment(page, 1, 32)
    await experimentIs(page, 'done')
    const table = page.getByTestId('experiment-table')
    await table.getByText('Heterogeneous: islands of different minds').waitFor()
    await lab(page).getByText('One seed says nothing about chance').waitFor()
    for (const [button, name] of [['CSV', 'dei-queen-nano-classical.csv'], ['Markdown', 'dei-queen-nano-classical.md']] as const) {
      const [file] = await Promise.all([page.waitForEvent('download'), lab(page).getByRole('button', { name: button }).first().click()])
      expect(file.suggestedFilename()).toBe(name)
    }

    // It goes on while nobody looks, until it is stopped.
    await page.keyboard.press('Escape')
    await startExperiment(page, 100, 400)
    await expect.poll(() => table.getByRole('row').count(), { timeout: 60_000 }).toBeGreaterThan(2)
    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    await lab(page).getByRole('button', { name: 'Stop, and keep what is done' }).click()
    await experimentIs(page, 'stopped')
    expect(await table.getByRole('row').count()).toBeGreaterThan(2)

    await lab(page).getByLabel('Minds').selectOption('models')
    await lab(page).getByLabel('Seeds').fill('1')
    await lab(page).getByLabel('Children a round, of all islands').fill('12')
    await lab(page).getByRole('button', { name: 'Run the experiment' }).click()
    await experimentIs(page, 'done')
    expect(await lab(page).textContent()).toMatch(/Minds: .*Redcode/)
    expect(errors).toEqual([])
    await context.close()
  }) // prettier-ignore

  it.each([
    ['dark', 'desktop'],
    ['light', 'phone'],
  ] as const)(
    '[P46] the sheets of islands and of the experiment are accessible and do not scroll sideways: %s, %s',
    async (colorScheme, size) => {
      const { page, context } = await openBrowser({ viewport: SIZES[size], colorScheme })
      const looks = async (what: string) => {
        await page.waitForTimeout(300)
        expect(await violations(page), what).toEqual([])
        for (const part of ['html', 'aside'])
          expect(await page.locator(part).evaluate((node) => node.scrollWidth - node.clientWidth), what).toBeLessThanOrEqual(0) // prettier-ignore
      }
      await page.goto(`${link(url, 1)}&room=tabs`)
      await page.getByTestId('invitation').waitFor()
      expect(await violations(page), 'invited').toEqual([])
      await page.getByTestId('invitation').getByRole('button', { name: 'Join', exact: true }).click()
      await page.getByTestId('merged-qd').waitFor()
      await looks('joined')
      await sheet(page).getByRole('button', { name: 'Table of cells' }).click()
      await looks('cells')
      await sheet(page).getByRole('button', { name: 'Leave the room' }).click()
      await sheet(page).getByLabel('Machines at a hub (npm run hub)').check()
      await looks('joining')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Space')
      await startExperiment(page, 2, 32)
      await experimentIs(page, 'done')
      await looks('experiment')
      await context.close()
    },
  )
})
