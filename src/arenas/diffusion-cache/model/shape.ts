/** Sizes of the diffusion transformer and what its weights are called; `training/shapes-dit/model.py` makes them. */
import type { Macs } from '../schedule.ts'

/** Side of a picture and of a patch in pixels; a patch is a token of PATCH * PATCH * 3 numbers. */
export const SIZE = 20
export const PATCH = 4
export const TOKENS = (SIZE / PATCH) ** 2
export const VALUES = PATCH * PATCH * 3
/** Numbers of a picture. */
export const PICTURE = TOKENS * VALUES
/** Words of a caption. */
export const SLOTS = 7
export const HEADS = 4
/** The feed-forward's inner width, for each number of the width. */
export const FEED = 4
/** Frequencies that an angle is told by. */
export const FREQUENCIES = 32

export interface DitShape {
  readonly width: number
  readonly blocks: number
  /** What the network gives: the picture, or the noise in it. */
  readonly output: 'x0' | 'noise'
}

/** Every tensor by name, f32, row-major; linear layers are [out, in]. */
export interface DitWeights {
  readonly shape: DitShape
  readonly tensors: ReadonlyMap<string, Float32Array>
}

/** Multiply-accumulates of a block's components for one picture and one pass, attention's own products included. */
export function macsOf({ width }: DitShape): Macs {
  const d2 = width * width
  return [
    TOKENS * (4 * d2 + 2 * TOKENS * width),
    // Keys and values of the caption are made once a picture, not once a step.
    TOKENS * (2 * d2 + 2 * SLOTS * width),
    TOKENS * 2 * FEED * d2,
  ]
}
