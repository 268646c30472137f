/** Diffusion transformers with seeded random weights, and schedules, noise and captions for them. */
import { rng, type Rng } from '../../src/core/rng.ts'
import { FEED, FREQUENCIES, SLOTS, TOKENS, VALUES, type DitShape, type DitWeights } from '../../src/arenas/diffusion-cache/model/shape.ts' // prettier-ignore
import { COMPUTE, EXTRAPOLATE, genesOf, REUSE, type Schedule, type ScheduleShape } from '../../src/arenas/diffusion-cache/schedule.ts' // prettier-ignore

export const WORDS = 17
export const SMALL: DitShape = { width: 32, blocks: 2, output: 'x0' }
export const REAL: DitShape = { width: 96, blocks: 6, output: 'x0' }

/** Sums of four uniform numbers: about normal, with a variance of one. */
export const normal = (random: Rng): number =>
  (random.unit() + random.unit() + random.unit() + random.unit() - 2) * Math.sqrt(3)

/** Every tensor that a model of a shape has, about as big as trained ones are; no bias and no gate is zero. */
export function randomDit(shape: DitShape, seed: number): DitWeights {
  const random = rng(seed)
  const { width, blocks } = shape
  const tensors = new Map<string, Float32Array>()
  const put = (name: string, length: number, scale: number, mean = 0) =>
    tensors.set(
      name,
      Float32Array.from({ length }, () => mean + scale * normal(random)),
    )
  const linear = (name: string, out: number, into: number, scale = 1) => {
    put(`${name}.weight`, out * into, scale / Math.sqrt(into))
    put(`${name}.bias`, out, 0.1)
  }
  linear('patch', width, VALUES)
  put('position', TOKENS * width, 1)
  linear('time.0', width, 2 * FREQUENCIES)
  linear('time.1', width, width)
  linear('modulation', 6 * width, width, 0.3)
  put('word', WORDS * width, 1)
  put('slot', SLOTS * width, 0.5)
  const projections = (at: string, names: readonly string[]) => {
    for (const name of names) linear(`${at}.${name}`, width, width)
  }
  projections('text.attention', ['query', 'key', 'value', 'output'])
  linear('text.feed.up', FEED * width, width)
  linear('text.feed.down', width, FEED * width)
  for (let block = 0; block < blocks; block++) {
    put(`blocks.${block}.modulation`, 6 * width, 0.3)
    projections(`blocks.${block}.attn1`, ['query', 'key', 'value', 'output'])
    projections(`blocks.${block}.attn2`, ['query', 'key', 'value', 'output'])
    linear(`blocks.${block}.ff.up`, FEED * width, width)
    linear(`blocks.${block}.ff.down`, width, FEED * width)
  }
  put('last.modulation', 2 * width, 0.3)
  // Few of its numbers are clamped: a clamped one hides what went wrong before it.
  linear('last', VALUES, width, 0.3)
  put('last.bias', VALUES, 0.2, 0.7)
  return { shape, tensors }
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
    captions: Int32Array.from({ length: pictures * SLOTS }, () => random.int(WORDS)),
    noise: Float32Array.from({ length: pictures * TOKENS * VALUES }, () => normal(random)),
    guidance,
  }
}
