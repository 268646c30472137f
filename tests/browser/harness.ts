/** The built page in a real browser: built once, served on a free port, opened in Chromium with a software GPU or none. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { build, preview, type PreviewServer } from 'vite'
import { findChromium } from '../../src/cli/install.mjs'

const WITH_GPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']

let server: PreviewServer | null = null

/** The page's address; builds what is not built. */
export async function serve(): Promise<string> {
  if (!existsSync('dist/index.html')) await build({ logLevel: 'error' })
  server ??= await preview({ logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } })
  return server.resolvedUrls?.local[0] ?? ''
}

export async function stopServing(): Promise<void> {
  await server?.close()
  server = null
}

export interface Opened {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors of console and page since it was opened. */
  readonly errors: string[]
  /** Every address asked for. */
  readonly requests: string[]
}

export interface BrowserOptions {
  readonly gpu?: boolean
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly colorScheme?: 'dark' | 'light'
  /** A profile folder to come back to. */
  readonly profile?: string
}

const opened = new Set<BrowserContext>()

/** Closes whatever is open: a test that failed leaves a run behind that takes the machine from all that follow. */
export async function closeBrowsers(): Promise<void> {
  for (const context of opened) await context.close()
}

export const newProfile = (): string => mkdtempSync(join(tmpdir(), 'evolarium-'))

export async function openBrowser({
  gpu = false,
  viewport = { width: 1440, height: 900 },
  colorScheme = 'dark',
  profile = newProfile(),
}: BrowserOptions = {}): Promise<Opened> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('there is no Chromium: install it, or name one in CHROME_PATH')
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { ...viewport },
    colorScheme,
    acceptDownloads: true,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(gpu ? WITH_GPU : []),
    ],
  })
  opened.add(context)
  context.on('close', () => void opened.delete(context))
  const page = context.pages()[0] ?? (await context.newPage())
  const errors: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  context.on('request', (request) => requests.push(request.url()))
  return { context, page, errors, requests }
}

/** The number the page shows. */
export async function generationOf(page: Page): Promise<number> {
  return Number(
    (await page.getByTestId('generation').textContent({ timeout: 20_000 }))?.replace(/[^0-9.]/g, '') ?? 'NaN',
  )
}

export async function untilGeneration(page: Page, least: number): Promise<void> {
  for (;;) {
    if ((await generationOf(page)) >= least) return
    await page.waitForTimeout(50)
  }
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
  }[]
}
const axeSource = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
type Theme = 'dark' | 'light'

/**
 * Violations of WCAG 2.2 AA, one line each, in the whole page or a part of it; the page stands still meanwhile. What depends on colours is
 * looked at in the other theme too, by its style sheet alone.
 */
export async function violations(page: Page, within = 'html'): Promise<string[]> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(
    async ([part, rules]) => {
      const { axe } = globalThis as unknown as { axe: { run(part: string, options: object): Promise<AxeResults> } }
      const root = document.documentElement
      const own = root.dataset['theme'] as Theme | undefined
      const other: Theme = own === 'light' ? 'dark' : 'light'
      const here = await axe.run(part, { runOnly: rules })
      root.dataset['theme'] = other
      const there = await axe.run(part, { runOnly: { type: 'rule', values: ['color-contrast'] } })
      if (own === undefined) delete root.dataset['theme']
      else root.dataset['theme'] = own
      return [
        { theme: own ?? 'as it is', violations: here.violations },
        { theme: other, violations: there.violations },
      ]
    },
    [within, RULES] as const,
  )
  return found.flatMap(({ theme, violations: all }) =>
    all.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${theme}: ${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    ),
  )
}
