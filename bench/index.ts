/** `npm run bench -- NAME [options]`: one benchmark; each prints ratios against named peers measured in the same run. */
import { badArgument } from './arguments.ts'

const BENCHMARKS: Readonly<Record<string, () => Promise<{ bench(args: readonly string[]): Promise<void> }>>> = {
  mars: () => import('./mars/index.ts'),
  gpu: () => import('./mars/gpu.ts'),
  growth: () => import('./mars/growth.ts'),
  strength: () => import('./mars/strength.ts'),
  endurance: () => import('./endurance.ts'),
  race: () => import('./race/index.ts'),
  ladder: () => import('./ladder.ts'),
  lm: () => import('./lm.ts'),
  diffusion: () => import('./diffusion/index.ts'),
  'singular-values': () => import('./singular-values/index.ts'),
  tiers: () => import('./tiers.ts'),
}

const [chosen = '', ...args] = process.argv.slice(2)
const load = BENCHMARKS[chosen]
if (load === undefined) {
  console.error(
    `There is no benchmark "${chosen}"; there is ${Object.keys(BENCHMARKS).join(', ')}: npm run bench -- mars`,
  )
  process.exit(2)
}
try {
  await (await load()).bench(args)
} catch (error) {
  const sentence = badArgument(error)
  if (sentence === null) throw error
  console.error(sentence)
  process.exit(2)
}
process.exit(0)
