/**
 * DDIM without added noise (Song et al. 2021), in the angle form of the cosine schedule: x = cos(a) x0 + sin(a) e. Angles fall in
 * equal steps from {@link LAST} to 0; x0 is clamped to what a picture can be, and e worked out anew from it.
 */
import { log, sinCos } from '../../../core/exact.ts'
import { deriveSeed, rng, type Rng } from '../../../core/rng.ts'
import { GROUND } from '../scenes/render.ts'
import { PATCH, PICTURE, SIZE, VALUES } from './shape.ts'

/** Where sampling begins: short of a quarter turn, where the picture would be divided by nothing. */
export const LAST = 1.52
/** The ground is 0 in the network's numbers: x = (rgb - ground) * SCALE. */
export const SCALE = 2

/** The angle that step i begins with; `anglesOf(steps)[steps]` is 0. */
export const anglesOf = (steps: number): Float64Array =>
  Float64Array.from({ length: steps + 1 }, (_, step) => LAST * (1 - step / steps))

/** The angles of the steps of a coarser sampler that stops at some of these: `at` are indices of steps, rising, the first 0. */
export const anglesAt = (steps: number, at: readonly number[]): Float64Array => {
  const all = anglesOf(steps)
  return Float64Array.from([...at, steps], (step) => all[step] ?? 0)
}

const lowest = (channel: number): number => -(GROUND[channel] ?? 0) * SCALE
const highest = (channel: number): number => (1 - (GROUND[channel] ?? 0)) * SCALE
export const clampedTo = (value: number, index: number): number =>
  Math.min(highest(index % 3), Math.max(lowest(index % 3), value))

/**
 * One step: `guess` is what the network gives for `x` at angle `from` (the picture, or the noise); x and guess change in place:
 * x to angle `to`, guess to the clamped picture. Any number of pictures, each TOKENS x VALUES.
 */
export function stepTo(
  x: Float32Array | Float64Array,
  guess: Float32Array | Float64Array,
  from: number,
  to: number,
  output: 'x0' | 'noise',
): void {
  const { cos, sin } = sinCos(from)
  const { cos: cosTo, sin: sinTo } = sinCos(to)
  for (let i = 0; i < x.length; i++) {
    const value = x[i] ?? 0
    const raw = guess[i] ?? 0
    const x0 = clampedTo(output === 'x0' ? raw : (value - sin * raw) / cos, i)
    const noise = (value - cos * x0) / sin
    x[i] = cosTo * x0 + sinTo * noise
    guess[i] = x0
  }
}

/** Noise of `count` pictures, PICTURE each; picture i's follows from the seed and i alone. */
export function noiseOf(seed: number, count: number): Float32Array {
  const noise = new Float32Array(count * PICTURE)
  for (let picture = 0; picture < count; picture++) {
    const draw = rng(deriveSeed(seed, 'noise', picture))
    for (let i = 0; i < PICTURE; i += 2) {
      const [one, other] = normals(draw)
      noise[picture * PICTURE + i] = one
      noise[picture * PICTURE + i + 1] = other
    }
  }
  return noise
}

/** Two independent normal numbers, by Marsaglia's polar method: it takes no sine. */
function normals(draw: Rng): readonly [number, number] {
  for (;;) {
    const x = 2 * draw.unit() - 1
    const y = 2 * draw.unit() - 1
    const square = x * x + y * y
    if (square >= 1 || square === 0) continue
    const scale = Math.sqrt((-2 * log(square)) / square)
    return [x * scale, y * scale]
  }
}

/** Where number `value` of token `token` lies in a picture of SIZE x SIZE x 3. */
export function placeOf(token: number, value: number): number {
  const side = SIZE / PATCH
  const row = Math.floor(token / side) * PATCH + Math.floor(value / (PATCH * 3))
  const column = (token % side) * PATCH + (Math.floor(value / 3) % PATCH)
  return (row * SIZE + column) * 3 + (value % 3)
}

/** Patches in the network's numbers to RGB of 0..1, SIZE * SIZE * 3 a picture. */
export function picturesOf(patches: ArrayLike<number>): Float32Array {
  const pictures = new Float32Array(patches.length)
  for (let i = 0; i < patches.length; i++) {
    const place = placeOf(Math.floor((i % PICTURE) / VALUES), i % VALUES)
    pictures[i - (i % PICTURE) + place] = (patches[i] ?? 0) / SCALE + (GROUND[place % 3] ?? 0)
  }
  return pictures
}
