/** A real browser takes the storage away, or has no room for it: the run goes on, and is there again afterwards. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generationOf, newProfile, openBrowser, serve, stopServing, untilGeneration, type Opened } from './harness.ts'

let url = ''
beforeAll(async () => {
  url = await serve()
})
afterAll(stopServing)

const saved = ({ page }: Opened) => expect.poll(() => page.getByTestId('saved').textContent(), { timeout: 20_000 })
/** Closes the browser, and comes back. */
async function comeBack(opened: Opened, profile: string): Promise<Opened> {
  await opened.context.close()
  const again = await openBrowser({ profile })
  await again.page.goto(`${url}?engine=cpu`)
  return again
}

describe('storage in a real browser', () => {
  it('[S14] [S7] site data cleared under a run: it goes on, and is there on the next visit', async () => {
    const profile = newProfile()
    const opened = await openBrowser({ profile })
    await opened.page.goto(`${url}?engine=cpu`)
    await untilGeneration(opened.page, 4)
    const devtools = await opened.context.newCDPSession(opened.page)
    await devtools.send('Storage.clearDataForOrigin', { origin: new URL(url).origin, storageTypes: 'indexeddb' })
    await opened.page.getByText('The browser closed the storage').first().waitFor()
    await untilGeneration(opened.page, 12)
    await saved(opened).toMatch(/^\s*saved/)
    const again = await comeBack(opened, profile)
    // Resumed, not begun anew.
    expect(await generationOf(again.page)).toBeGreaterThanOrEqual(12)
    expect(opened.errors).toEqual([])
    expect(again.errors).toEqual([])
    await again.context.close()
  })

  it('[S7] no room: the page says so, evolution goes on, and all is saved once there is room', async () => {
    const profile = newProfile()
    const opened = await openBrowser({ profile })
    const devtools = await opened.context.newCDPSession(opened.page)
    const origin = new URL(url).origin
    // Before the page opens: a browser that has seen room goes on believing in it for a while.
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 })
    await opened.page.goto(`${url}?engine=cpu`)
    await saved(opened).toMatch(/not saved/)
    const title = await opened.page.getByTestId('saved').getAttribute('title')
    expect(title).toMatch(/disk space .* used up/)
    const generation = await generationOf(opened.page)
    await untilGeneration(opened.page, generation + 4)
    await devtools.send('Storage.overrideQuotaForOrigin', { origin })
    await saved(opened).toMatch(/^\s*saved/)
    expect(opened.errors).toEqual([])
    const again = await comeBack(opened, profile)
    expect(await generationOf(again.page)).toBeGreaterThanOrEqual(generation + 4)
    await again.context.close()
  })
})
