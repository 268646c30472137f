/** Diffusion transformers with seeded random weights, and schedules, noise and captions for them. */
import { rng, type Rng } from '../../src/core/rng.ts'
import { SLOTS, TOKENS, VALUES, type DitShape, type DitWeights } from '../../src/arenas/diffusion-cache/model/shape.ts' // prettier-ignore
import { WORDS } from '../../src/arenas/diffusion-cache/scenes/words.ts'
import { tensorsOf } from '../../src/arenas/diffusion-cache/model/weights.ts'
import { COMPUTE, EXTRAPOLATE, genesOf, REUSE, type Schedule, type ScheduleShape } from '../../src/arenas/diffusion-cache/schedule.ts' // prettier-ignore

export const SMALL: DitShape = { width: 32, blocks: 2, output: 'x0' }
export const REAL: DitShape = { width: 96, blocks: 6, output: 'x0' }

/** Sums of four uniform numbers: about normal, with a variance of one. */
export const normal = (random: Rng): number =>
  (random.unit() + random.unit() + random.unit() + random.unit() - 2) * Math.sqrt(3)

/** Every tensor that a model of a shape has, about as big as trained ones are; no bias and no gate is zero. */
export function randomDit(shape: DitShape, seed: number): DitWeights {
  const random = rng(seed)
  const tensors = new Map<string, Float32Array>()
  for (const [name, sides] of tensorsOf(shape)) {
    const [mean, scale] = spreadOf(name, sides)
    const length = sides.reduce((product, side) => product * side, 1)
    tensors.set(
      name,
      Float32Array.from({ length }, () => mean + scale * normal(random)),
    )
  }
  return { shape, tensors }
}

/** Mean and scale of a tensor's numbers. */
function spreadOf(name: string, sides: readonly number[]): [number, number] {
  // Few of the network's numbers are clamped: a clamped one hides what went wrong before it.
  if (name === 'last.weight') return [0, 0.3 / Math.sqrt(sides[1]!)]
  if (name === 'last.bias') return [0.7, 0.2]
  if (name.endsWith('modulation') || name === 'modulation.weight') return [0, 0.3 / (name === 'modulation.weight' ? Math.sqrt(sides[1]!) : 1)] // prettier-ignore
  if (name.endsWith('.weight')) return [0, 1 / Math.sqrt(sides[1]!)]
  if (name.endsWith('.bias')) return [0, 0.1]
  return [0, name === 'slot' ? 0.5 : 1]
}

/** Each gene computes with `share`, else reuses or goes on in a line. */
export function randomSchedule(shape: ScheduleShape, share: number, random: Rng): Schedule {
  const gene = () => (random.chance(share) ? COMPUTE : random.chance(0.5) ? REUSE : EXTRAPOLATE)
  return { ...shape, genes: Uint8Array.from({ length: genesOf(shape) }, gene) }
}

/** A schedule that is another's up to a gene, and random from there. */
export function branched(schedule: Schedule, from: number, random: Rng): Schedule {
  const { genes } = randomSchedule(schedule, 0.5, random)
  genes.set(schedule.genes.subarray(0, from))
  return { ...schedule, genes }
}

/** Captions and noise of so many pictures. */
export function randomRequest(pictures: number, guidance: number, seed: number) {
  const random = rng(seed)
  return {
    captions: Int32Array.from({ length: pictures * SLOTS }, () => random.int(WORDS.length)),
    noise: Float32Array.from({ length: pictures * TOKENS * VALUES }, () => normal(random)),
    guidance,
  }
}
