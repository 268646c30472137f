/** Makes docs/page.png: opens the built page in Chromium, lets it evolve for a while, shows the swarm, takes a picture. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { preview } from 'vite'
import { findChromium } from '../src/cli/install.mjs'

process.chdir(new URL('..', import.meta.url).pathname)
const GENERATIONS = 150

const server = await preview({ logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } })
const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'evolarium-')), {
  executablePath: findChromium() ?? undefined,
  viewport: { width: 1600, height: 960 },
  colorScheme: 'dark',
  args: ['--no-sandbox'],
})
const page = context.pages()[0] ?? (await context.newPage())
await page.goto(server.resolvedUrls?.local[0] ?? '')
for (let generation = 0; generation < GENERATIONS;) {
  await page.waitForTimeout(200)
  generation = Number((await page.getByTestId('generation').textContent())?.replace(/[^0-9]/g, ''))
}
await page.getByRole('button', { name: 'Swarm' }).click()
await page.waitForTimeout(6000)
await page.screenshot({ path: 'docs/page.png' })
await context.close()
await server.close()
