/** Worlds of the singular-values arena with what their language models are asked, and readers of answers. */
import { LIMIT, offsetCodec, zeroOf, type Offsets } from '../../src/arenas/singular-values/genome.ts'
import { worldOf } from '../../src/arenas/singular-values/options.ts'
import { spectrumPrompts } from '../../src/arenas/singular-values/prompts.ts'
import { formOf, lineOf, numbersOf } from '../../src/arenas/singular-values/prompts/form.ts'
import type { Situation } from '../../src/core/contracts.ts'
import type { Options } from '../../src/core/options.ts'
import { rng } from '../../src/core/rng.ts'
import { worldFor } from './singular.ts'

function kitFor(preset: string, change: Options = {}) {
  const options = worldFor(preset, change)
  return { kit: spectrumPrompts(options), codec: offsetCodec(options), form: formOf(worldOf(options)), zero: zeroOf(options), step: worldOf(options).step } // prettier-ignore
}
export type World = ReturnType<typeof kitFor>

export const WORLDS = {
  clothes: kitFor('clothes'),
  'clothes, one value, far': kitFor('clothes', { alpha: 0.1, step: 8 }),
  sums: kitFor('sums'),
  'sums, products': kitFor('sums', { rank: '2', svd: 'product', step: 0.3 }),
  'sums, rank 16': kitFor('sums', { rank: '16', step: 0.05 }),
} as const
export const CASES = Object.entries(WORLDS)
export const { clothes, sums } = WORLDS

/** A genome between the numbers that are shown. */
export const genomeOf = ({ zero, step }: World, seed: number): Offsets => {
  const random = rng(seed)
  return zero.map(() => step * LIMIT * (2 * random.unit() - 1))
}
export const sourceOf = (world: World, genome: Offsets) => world.codec.print(genome, 'parent 7')

/** What an answer comes to, or the sentence that refuses it. */
export function read({ kit, codec }: World, answer: string, parents: readonly string[] = []): Offsets | string {
  const parsed = codec.parse(kit.extract(answer, parents))
  return parsed.ok ? codec.decode(codec.encode(parsed.value)) : parsed.fault.message
}
export const numbersIn = (world: World, answer: string, parents: readonly string[] = []) => {
  const genome = read(world, answer, parents)
  return typeof genome === 'string' ? genome : numbersOf(genome, world.form)
}
export const linesOf = ({ form }: World, numbers: readonly number[]) => form.rows.map((row) => lineOf(row, numbers))

/** As much as there can be to tell. */
export function fullest(world: World): Situation {
  const parents = [1, 2].map((seed) => ({ text: sourceOf(world, genomeOf(world, seed)), objectives: [0.6 / seed], measures: [0.2, 0.3], report: '' })) // prettier-ignore
  const edits = Array.from({ length: 9 }, (_, at) => ({ label: `Nudge all ${at} ${'x'.repeat(200)}`, gain: 0.031 }))
  const broken = sourceOf(world, genomeOf(world, 3)).replaceAll('.', ',9,')
  return { parents, edits, refused: { text: broken, reason: 'Line 2: no '.repeat(300) }, best: 0.61 }
}
