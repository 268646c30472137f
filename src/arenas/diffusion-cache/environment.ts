/** What schedules are judged on: captions and noise, the same for all of them. */
import { numberOption, type Options } from '../../core/options.ts'
import { deriveSeed, rng } from '../../core/rng.ts'
import { SLOTS } from './model/shape.ts'
import { split } from './scenes/split.ts'
import { captionAt } from './scenes/words.ts'

export interface PictureTask {
  /** SLOTS words a picture. */
  readonly captions: Int32Array
  /** Of the noise. */
  readonly seed: number
  readonly guidance: number
}

/** Scenes of one object among those drawn. */
const SINGLE = 0.3

/** `count` captions; of `seen` some have one object, as in training. */
export function drawCaptions(part: 'seen' | 'held', count: number, seed: number): Int32Array {
  const draw = rng(deriveSeed(seed, 'captions', part))
  const parts = split()
  const captions = new Int32Array(count * SLOTS)
  for (let picture = 0; picture < count; picture++) {
    const from = part === 'held' ? parts.held : draw.chance(SINGLE) ? parts.single : parts.double
    captions.set(captionAt(from, draw.int(from.length / SLOTS)), picture * SLOTS)
  }
  return captions
}

export function pictureTask(options: Options, seed: number): PictureTask {
  return {
    captions: drawCaptions('seen', numberOption(options, 'pictures'), seed),
    seed: deriveSeed(seed, 'search'),
    guidance: numberOption(options, 'guidance'),
  }
}
