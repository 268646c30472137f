/**
 * `npm run bench -- endurance [--minutes N] [--preset ID] [--gpu]`: the page as a visitor opens it, left alone. Does it keep its speed
 * and its memory? Once a minute: battles a second as the page shows them, memory of all of Chromium's processes
 * (proportional set size, so that what they share counts once; Linux only), JavaScript heap of the page.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { newProfile, openBrowser, serve, stopServing, untilGeneration } from '../tests/browser/harness.ts'
import { median } from './stats.ts'
import { numberArgument } from './arguments.ts'

const MINUTE = 60_000
const SAMPLES = 10

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '30' },
      preset: { type: 'string', default: 'tiny' },
      gpu: { type: 'boolean', default: false },
    },
  })
  const minutes = numberArgument('minutes', values.minutes, { whole: false })
  const address = await serve()
  const profile = newProfile()
  const { context, page, errors } = await openBrowser({ profile, gpu: values.gpu })
  const link = Buffer.from(JSON.stringify({ arena: 'core-war', preset: values.preset })).toString('base64url')
  const opened = performance.now()
  await page.goto(`${address}#v1=${link}`)
  await untilGeneration(page, 1)
  console.log(`first generation ${((performance.now() - opened) / 1000).toFixed(2)} s after navigation`)
  const devtools = await context.newCDPSession(page)
  const engine = async () => (await page.getByTestId('engine').textContent({ timeout: MINUTE }))?.trim()
  await page.waitForTimeout(5000)
  console.log(`${values.preset}, on ${await engine()}\n\n| minute | generation | k battles/s | MB in all | MB heap of the page |\n| --- | --- | --- | --- | --- |`) // prettier-ignore
  const began = performance.now()
  for (let minute = 1; minute <= minutes; minute++) {
    const speeds: number[] = []
    for (let sample = 1; sample <= SAMPLES; sample++) {
      const due = began + (minute - 1 + sample / SAMPLES) * MINUTE
      await page.waitForTimeout(Math.max(0, due - performance.now()))
      speeds.push(numberIn(await page.getByTestId('speed').textContent()))
    }
    const generation = (await page.getByTestId('generation').textContent())?.trim()
    const { usedSize } = await devtools.send('Runtime.getHeapUsage')
    console.log(`| ${minute} | ${generation} | ${(median(speeds) / 1000).toFixed(1)} | ${(memoryOf(profile) / 2 ** 20).toFixed(0)} | ${(usedSize / 2 ** 20).toFixed(1)} |`) // prettier-ignore
  }
  for (const error of errors) console.log(`error: ${error}`)
  await context.close()
  await stopServing()
}

/** `41.2 k battles/s` is 41200. */
function numberIn(text: string | null): number {
  const [, number = 'NaN', unit = ''] = /([\d.,]+)\s*([kMG]?)/.exec(text ?? '') ?? []
  return Number(number.replaceAll(',', '')) * (({ k: 1e3, M: 1e6, G: 1e9 } as Record<string, number>)[unit] ?? 1)
}

interface Process {
  readonly parent: number
  readonly command: string
}

/** Bytes of the browser with this profile and of everything it started. */
function memoryOf(profile: string): number {
  const processes = new Map<number, Process>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1])
      processes.set(Number(name), { parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8') })
    } catch {
      // It ended while it was looked at.
    }
  }
  const belongs = (id: number): boolean => {
    const process = processes.get(id)
    return process !== undefined && (process.command.includes(profile) || belongs(process.parent))
  }
  return [...processes.keys()].filter(belongs).reduce((sum, id) => sum + proportionalSize(id), 0)
}

function proportionalSize(id: number): number {
  try {
    return 1024 * Number(/^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
