/**
 * Instructions and battles a second of our engines on the same battles: `npx tsx bench/mars.ts [--gpu]`.
 * Survivors of random soup, so that battles last; ratios are against the oracle, in the same run.
 */
import { FastEngine, FastMars } from '../src/arenas/core-war/mars/fast.ts'
import type { BattleEngine, BattleSetup, MarsSettings } from '../src/arenas/core-war/mars/battle.ts'
import { ReferenceEngine } from '../src/arenas/core-war/reference.ts'
import { createNodeGpuEngine, restartWithVulkan } from '../src/cli/node-gpu.ts'
import { rng } from '../src/core/rng.ts'
import { randomProgram, rules } from '../tests/support/warriors.ts'

const WORLDS = [
  ['nano', rules(80, { maxCycles: 800 }), 5],
  ['tiny', rules(800, { maxCycles: 8000 }), 20],
  ['94nop', rules(8000, { maxCycles: 80000 }), 100],
] as const

/** Pairs of warriors that each live through a thousand cycles alone. */
function battles(settings: MarsSettings, longest: number, count: number): BattleSetup[] {
  const random = rng(1)
  const alone = new FastMars({ ...settings, maxCycles: Math.min(1000, settings.maxCycles) })
  const survivor = () => {
    for (;;) {
      const program = randomProgram(random, settings.coreSize, 1 + random.int(Math.min(longest, 20)), false)
      if (alone.run({ warriors: [{ program, position: 0 }], first: 0 }).diedAt[0] === -1) return program
    }
  }
  const programs = Array.from({ length: 64 }, survivor)
  return Array.from({ length: count }, (_, index) => ({
    warriors: [
      { program: random.pick(programs), position: 0 },
      { program: random.pick(programs), position: longest + random.int(settings.coreSize - 2 * longest) },
    ],
    first: index % 2,
  }))
}

async function measure(engine: BattleEngine, settings: MarsSettings, setups: readonly BattleSetup[]) {
  await engine.run(settings, setups.slice(0, Math.min(64, setups.length)))
  const began = performance.now()
  const outcomes = await engine.run(settings, setups)
  const seconds = (performance.now() - began) / 1000
  const instructions = outcomes.reduce((sum, outcome) => sum + outcome.instructions, 0)
  return { perSecond: instructions / seconds, battles: setups.length / seconds, seconds }
}

const withGpu = process.argv.includes('--gpu')
if (withGpu) restartWithVulkan()
const gpu = withGpu ? await createNodeGpuEngine() : null
if (gpu?.ok === false) console.log(`gpu: ${gpu.fault.message}`)
for (const [name, settings, longest] of WORLDS) {
  const few = battles(settings, longest, name === 'nano' ? 4000 : name === 'tiny' ? 400 : 60)
  const oracle = await measure(new ReferenceEngine(), settings, few)
  const show = (engine: string, { perSecond, battles: rate }: Awaited<ReturnType<typeof measure>>) =>
    console.log(
      `${name.padEnd(6)} ${engine.padEnd(7)} ${(perSecond / 1e6).toFixed(1).padStart(9)} M instructions/s ${rate.toFixed(0).padStart(9)} battles/s  ${(perSecond / oracle.perSecond).toFixed(2)} x oracle`,
    )
  show('oracle', oracle)
  show('cpu', await measure(new FastEngine(), settings, few))
  if (gpu?.ok === true) {
    const many = battles(settings, longest, name === 'nano' ? 131_072 : name === 'tiny' ? 32_768 : 4096)
    show('gpu', await measure(gpu.value, settings, many))
  }
}
process.exit(0)
