import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startHub, type Hub } from '../../src/cli/hub/start.ts'
import { pictureOf, readIsland } from '../support/exported-islands.ts'
import { openBrowser, serve, stopServing, untilGeneration } from './harness.ts'

beforeAll(async () => {
  await serve()
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
    '[I30] [I31] [I32] two tabs and one without a page: champions cross, a killed tab is noticed and comes back, a partition heals, and all have the join of all archives',
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
