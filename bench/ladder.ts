/**
 * `npm run bench -- ladder [PRESET ...] [--write FOLDER]`: the ladder as exams see it. Each rung against the held-out panel, the
 * frozen panel and every other rung. `--write` puts the rungs of each preset into a folder, for `npm run mars` and others.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { playerOf } from '../src/arenas/core-war/coevolution.ts'
import { warriorCodec } from '../src/arenas/core-war/genome.ts'
import { ladderOf } from '../src/arenas/core-war/ladder.ts'
import { PRESETS } from '../src/arenas/core-war/options.ts'
import { panelOf } from '../src/arenas/core-war/panel.ts'
import { panelsOf } from '../src/arenas/core-war/panels.ts'
import { heldShare, pointsOf } from '../src/core/standing.ts'

const USUAL = ['nano', 'tiny', '94nop', '88']

export function bench(args: readonly string[]): Promise<void> {
  const write = args.indexOf('--write')
  const folder = write === -1 ? null : (args[write + 1] ?? null)
  const named = args.filter((_, at) => write === -1 || (at !== write && at !== write + 1))
  for (const id of named.length === 0 ? USUAL : named) {
    const preset = PRESETS.find((one) => one.id === id)
    if (preset === undefined) {
      console.error(`There is no preset "${id}"; there is ${PRESETS.map((one) => one.id).join(', ')}.`)
      process.exitCode = 2
      return Promise.resolve()
    }
    measure(id, preset.options)
    if (folder !== null) writeRungs(join(folder, id), preset.options)
  }
  return Promise.resolve()
}

function measure(id: string, options: Parameters<typeof ladderOf>[0]): void {
  const play = playerOf(options)
  const rungs = ladderOf(options)
  const heldOut = (panelsOf(options).find((panel) => panel.id === 'held-out')?.members ?? []).map(
    ({ genome }) => genome,
  )
  const frozen = panelOf(options).map(({ program }) => program)
  console.log(`\n${id}: points against ${heldOut.length} held out, share of them beaten or tied, points against ${frozen.length} of the frozen panel; then won-tied-lost against each rung`) // prettier-ignore
  console.log(`| rung | held out | beaten or tied | frozen panel | ${rungs.map(({ name }) => name).join(' | ')} |`)
  console.log(`| --- |${' ---: |'.repeat(3 + rungs.length)}`)
  for (const { name, genome } of rungs) {
    const standings = heldOut.map((other) => play(genome, other))
    const cells = [
      pointsOf(standings).toFixed(0),
      `${(100 * heldShare(standings)).toFixed(0)} %`,
      pointsOf(frozen.map((other) => play(genome, other))).toFixed(0),
      ...rungs.map((rung) => {
        const { won, tied, lost } = play(genome, rung.genome)
        return rung.genome === genome ? '-' : `${won}-${tied}-${lost}`
      }),
    ]
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
}

/** One file a rung, numbered from below. */
function writeRungs(folder: string, options: Parameters<typeof ladderOf>[0]): void {
  const codec = warriorCodec(options)
  mkdirSync(folder, { recursive: true })
  ladderOf(options).forEach(({ name, genome }, at) => {
    const file = `${at + 1}-${name.toLowerCase().replaceAll(' ', '-')}.red`
    writeFileSync(join(folder, file), codec.print(genome, name))
  })
}
