import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Hub } from '../../src/cli/hub/start.ts'
import { buildBusPage } from '../support/bus-page.ts'
import type { Over } from '../support/bus-page/island.worker.ts'
import { hub } from '../support/hub.ts'
import { openBrowser, type Opened } from './harness.ts'

let folder: string
let site: Hub
let opened: Opened

beforeAll(async () => {
  folder = await buildBusPage()
})
beforeEach(async () => {
  site = await hub({ folder, host: 'localhost' })
  opened = await openBrowser()
})
afterEach(async () => {
  await opened.context.close()
  await site.close()
})

/** A tab with an island that joined. */
async function tab(island: string, ...over: Over[]): Promise<Page> {
  const page = await opened.context.newPage()
  await page.goto(site.url)
  for (const one of over) {
    const refused = await page.evaluate(([over, island]) => globalThis.island.join(over, 'lab', island), [one, island] as const) // prettier-ignore
    expect(refused).toBe('')
  }
  return page
}
const told = (page: Page, over: Over) => page.evaluate((over) => globalThis.island.told(over), over)
const publish = (page: Page, over: Over, kind: 'champion' | 'archive', text: string) =>
  page.evaluate(([over, kind, text]) => globalThis.island.publish(over, kind, text), [over, kind, text] as const)
const joined = { state: 'joined', note: '' }

describe('islands in a browser', () => {
  it('[I18] meet at the hub that served their page, and notice a tab that is killed', async () => {
    const a = await tab('a', 'mqtt')
    const b = await tab('b', 'mqtt')
    await expect.poll(() => told(a, 'mqtt')).toMatchObject({ status: joined, peers: [{ island: 'b', state: 'here' }] })
    await expect.poll(() => told(b, 'mqtt')).toMatchObject({ status: joined, peers: [{ island: 'a', state: 'here' }] })
    await publish(a, 'mqtt', 'champion', 'of a')
    await publish(b, 'mqtt', 'archive', 'x'.repeat(1 << 20))
    await expect.poll(async () => (await told(b, 'mqtt'))?.heard).toEqual(['a champion: of a'])
    await expect.poll(async () => (await told(a, 'mqtt'))?.heard.map((line) => line.length)).toEqual([11 + (1 << 20)])
    const c = await tab('c', 'mqtt')
    await expect.poll(async () => (await told(c, 'mqtt'))?.heard.map((line) => line.slice(0, 16)).sort()).toEqual(['a champion: of a', 'b archive: xxxxx']) // prettier-ignore
    await b.close()
    await expect.poll(async () => (await told(a, 'mqtt'))?.peers).toContainEqual({ island: 'b', state: 'gone' })
    expect((await told(a, 'mqtt'))?.peers).toContainEqual({ island: 'c', state: 'here' })
    // Pages ask their hub for files, and workers for the broker: nobody speaks to anybody else, and the policy let all of it pass.
    expect(opened.requests.filter((url) => !url.startsWith(site.url))).toEqual([])
    expect(opened.errors).toEqual([])
  })

  it('[I18] come back to a hub that was away', async () => {
    const a = await tab('a', 'mqtt')
    await expect.poll(() => told(a, 'mqtt')).toMatchObject({ status: joined })
    await publish(a, 'mqtt', 'champion', 'kept')
    await site.close()
    await expect.poll(() => told(a, 'mqtt')).toMatchObject({ status: { state: 'apart', note: expect.stringContaining('cannot be reached') } }) // prettier-ignore
    site = await hub({ folder, host: 'localhost', port: site.port })
    const b = await tab('b', 'mqtt')
    await expect
      .poll(() => told(b, 'mqtt'))
      .toMatchObject({
        status: joined,
        peers: [{ island: 'a', state: 'here' }],
        heard: ['a champion: kept'],
      })
    await expect.poll(() => told(a, 'mqtt')).toMatchObject({ status: joined, peers: [{ island: 'b', state: 'here' }] })
  })

  it('[I18] meet over BroadcastChannel, and notice a tab that is killed by its lock', async () => {
    const a = await tab('a', 'broadcast')
    await publish(a, 'broadcast', 'champion', 'of a')
    const b = await tab('b', 'broadcast')
    await expect
      .poll(() => told(b, 'broadcast'))
      .toEqual({
        status: joined,
        peers: [{ island: 'a', state: 'here' }],
        heard: ['a champion: of a'],
      })
    await publish(b, 'broadcast', 'archive', 'of b')
    await expect
      .poll(() => told(a, 'broadcast'))
      .toEqual({
        status: joined,
        peers: [{ island: 'b', state: 'here' }],
        heard: ['b archive: of b'],
      })
    await b.close()
    await expect.poll(async () => (await told(a, 'broadcast'))?.peers).toEqual([{ island: 'b', state: 'gone' }])
    const again = await tab('b', 'broadcast')
    await expect.poll(async () => (await told(a, 'broadcast'))?.peers).toEqual([{ island: 'b', state: 'here' }])
    await expect.poll(async () => (await told(again, 'broadcast'))?.heard).toEqual(['a champion: of a'])
    expect(opened.errors).toEqual([])
  })

  it('[I18] load what speaks to brokers when a broker is asked for, and not before', async () => {
    const isLibrary = (url: string) => readFileSync(join(folder, new URL(url).pathname), 'utf8').includes('mqttjs')
    const scripts = () => opened.requests.filter((url) => url.endsWith('.js'))
    const a = await tab('a', 'broadcast')
    expect(scripts().length).toBeGreaterThan(1)
    expect(scripts().filter(isLibrary)).toEqual([])
    await a.evaluate(() => globalThis.island.join('mqtt', 'lab', 'a'))
    expect(scripts().filter(isLibrary)).toHaveLength(1)
    expect(readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js')).length).toBeGreaterThan(2)
  })
})
